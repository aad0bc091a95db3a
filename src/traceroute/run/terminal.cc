#include "traceroute/run/terminal.hh"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "cli/program.hh"
#include "net/error.hh"
#include "wire/text.hh"

namespace traceroute {

namespace {

// Control sequences of ECMA-48 ("ANSI"), and the screen of its own that xterm brought up. A
// terminal without that one scrolls what was there before out of sight: it is in the scroll-back
// then.
constexpr std::string_view begin_screen = "\x1b[?1049h\x1b[?25l\x1b[999B";
constexpr std::string_view end_screen = "\x1b[0m\x1b[?25h\x1b[?1049l";
constexpr std::string_view home = "\x1b[H";
constexpr std::string_view clear_line = "\x1b[K";
constexpr std::string_view clear_below = "\x1b[J";

constexpr std::array caught{SIGWINCH, SIGTSTP, SIGCONT, SIGQUIT};

// A signal can interrupt anything: its handler only leaves a byte with its number.
int signal_pipe = -1;

void note_signal(int number) {
  const int error = errno;
  const char byte = static_cast<char>(number);
  if (write(signal_pipe, &byte, 1) < 0) errno = error;  // full: there is news enough
}

// One that is ignored stays so.
void handle(int number, void (*handler)(int)) {
  struct sigaction action {};
  if (sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) return;
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigaction(number, &action, nullptr);
}

termios settings_before;  // of standard input

}  // namespace

std::string_view environment(const char* variable) {
  const char* const value = std::getenv(variable);
  return value ? value : "";
}

bool locale_is_utf8() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string charset = wire::lower(environment(variable));
    if (charset.empty()) continue;
    return charset.find("utf-8") != std::string::npos || charset.find("utf8") != std::string::npos;
  }
  return false;
}

bool Terminal::is_there() {
  const std::string_view kind = environment("TERM");
  return isatty(STDOUT_FILENO) == 1 && !kind.empty() && kind != "dumb";
}

Terminal::Terminal(bool wants_keys) {
  int ends[2];
  if (pipe(ends) != 0) net::fail("watch for signals");
  for (const int end : ends) {
    fcntl(end, F_SETFD, FD_CLOEXEC);
    fcntl(end, F_SETFL, O_NONBLOCK);
  }
  signals_ = net::FileDescriptor(ends[0]);
  signal_pipe = ends[1];
  if (wants_keys && isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &settings_before) == 0) {
    keys_ = STDIN_FILENO;
  }
  for (const int number : caught) handle(number, note_signal);
  enter();
}

Terminal::~Terminal() {
  leave();
  for (const int number : caught) handle(number, SIG_DFL);
  close(signal_pipe);
}

void Terminal::enter() {
  entered_ = true;
  if (keys_ >= 0) {
    termios settings = settings_before;
    settings.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    settings.c_cc[VMIN] = 0;  // never wait
    settings.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &settings);
  }
  cli::print(std::string(begin_screen) + std::string(size().height, '\n'));
}

void Terminal::leave() {
  if (!entered_) return;
  entered_ = false;
  try {
    cli::print(end_screen);
  } catch (const std::exception&) {
    // Nobody is there to see it.
  }
  if (keys_ >= 0) tcsetattr(STDIN_FILENO, TCSANOW, &settings_before);
}

// As the shell expects it: the signal's own action stops the program, until somebody continues it
// (SIGTSTP), or ends it (SIGQUIT).
void Terminal::yield_to(int signal) {
  leave();
  handle(signal, SIG_DFL);
  raise(signal);
  handle(signal, note_signal);
}

std::optional<std::string> Terminal::take_input() {
  std::array<char, 256> buffer;
  const ssize_t signals = read(signals_.get(), buffer.data(), buffer.size());
  const std::string_view caught_now(buffer.data(),
                                    static_cast<std::size_t>(std::max<ssize_t>(signals, 0)));
  const bool stopped = caught_now.find(static_cast<char>(SIGTSTP)) != std::string_view::npos;
  const bool continued = caught_now.find(static_cast<char>(SIGCONT)) != std::string_view::npos;
  if (caught_now.find(static_cast<char>(SIGQUIT)) != std::string_view::npos) yield_to(SIGQUIT);
  if (stopped) yield_to(SIGTSTP);
  // After a stop by whomever, the terminal may be in any state.
  if (stopped || continued) enter();
  const ssize_t keys = keys_ < 0 ? 0 : read(keys_, buffer.data(), buffer.size());
  if (signals <= 0 && keys <= 0) return std::nullopt;
  return std::string(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(keys, 0)));
}

Terminal::Size Terminal::size() {
  constexpr Size usual{80, 24};
  winsize window{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0 || window.ws_row == 0) {
    return usual;
  }
  return {window.ws_col, window.ws_row};
}

void Terminal::show(const std::vector<std::string>& lines) {
  // Cleared before it is written: after a line that fills the width the cursor still stands on the
  // last column, which would be cleared with what follows.
  std::string frame(home);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) frame += "\r\n";
    frame += i + 1 < lines.size() ? clear_line : clear_below;
    frame += lines[i];
  }
  cli::print(frame);
}

}  // namespace traceroute
