#include "client/web/progress.hh"

#include <unistd.h>

#include <cstdio>

namespace client {

namespace {

void draw(const std::string& text) {
  const std::string line = '\r' + text + "\x1b[K";  // and erase to the end of the line
  if (write(STDERR_FILENO, line.data(), line.size()) < 0) return;
}

std::string megabytes(std::uint64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f MB", static_cast<double>(bytes) / 1e6);
  return text;
}

}  // namespace

Progress::Progress(std::optional<std::uint64_t> total, bool output_is_terminal)
    : visible_(!output_is_terminal && isatty(STDERR_FILENO) == 1), total_(total) {}

Progress::~Progress() {
  if (shown_) draw("");
}

void Progress::at(std::uint64_t bytes) {
  if (!visible_ || !next_.passed()) return;
  next_ = net::Deadline::after(std::chrono::milliseconds(500));
  shown_ = true;
  std::string text = megabytes(bytes);
  if (total_ && *total_ > 0) {
    text += " of " + megabytes(*total_) + ", " + std::to_string(bytes * 100 / *total_) + " %";
  }
  draw(text);
}

}  // namespace client
