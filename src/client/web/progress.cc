#include "client/web/progress.hh"

#include <sys/ioctl.h>
#include <unistd.h>

#include "wire/text.hh"

namespace client {

namespace {

void draw(const std::string& text) {
  const std::string line = '\r' + text + "\x1b[K";  // and erase to the end of the line
  if (write(STDERR_FILENO, line.data(), line.size()) < 0) return;
}

// Of the terminal; a usual number where it does not say.
std::size_t columns() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string megabytes(std::uint64_t bytes) {
  return wire::format("%.1f MB", static_cast<double>(bytes) / 1e6);
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
  std::string brief = text;
  if (total_ && *total_ > 0) {
    brief = std::to_string(bytes * 100 / *total_) + " %";
    text += " of " + megabytes(*total_) + ", " + brief;
  }
  // One that does not fit would go on in the next line, where nothing erases it.
  if (text.size() >= columns()) text = brief;
  draw(text.substr(0, columns() - 1));
}

}  // namespace client
