#include "client/progress.hh"

#include <sys/ioctl.h>
#include <unistd.h>

#include "wire/text.hh"

namespace client {

namespace {

// Erases the rest of the line. What is said next takes its place: it begins where the line does.
void draw(const std::string& text) {
  const std::string line = '\r' + text + "\x1b[K\r";
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

ProgressLine::ProgressLine(bool wanted) : visible_(wanted && isatty(STDERR_FILENO) == 1) {}

void ProgressLine::show(const std::string& text, const std::string& brief) {
  if (!visible_) return;
  // What does not fit would go on in the next line, where nothing erases it.
  const std::size_t room = columns() - 1;
  draw(text.size() <= room ? text : brief.substr(0, room));
  shown_ = true;
}

void ProgressLine::clear() {
  if (shown_) draw("");
  shown_ = false;
}

void Progress::at(std::uint64_t bytes) {
  if (!next_.passed()) return;
  next_ = net::Deadline::after(std::chrono::milliseconds(500));
  const std::string done = megabytes(bytes);
  if (!total_ || *total_ == 0) return line_.show(done, done);
  const std::string share = std::to_string(bytes * 100 / *total_) + " %";
  line_.show(done + " of " + megabytes(*total_) + ", " + share, share);
}

}  // namespace client
