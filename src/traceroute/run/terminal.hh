// The terminal that --watch draws on: keys one by one, a screen of its own beside what was there
// before, and everything as it was when the program ends or is stopped.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/file_descriptor.hh"

namespace traceroute {

// A variable of the environment; empty where it is not set.
std::string_view environment(const char* variable);

// Whether the locale's characters are UTF-8; the program never changes its own locale, so the
// environment is asked, in the order of locale(7).
bool locale_is_utf8();

class Terminal {
 public:
  // Whether standard output is a terminal that can be drawn on: none that calls itself dumb.
  static bool is_there();

  // One at a time. Keys are read if they are wanted and standard input is a terminal, too.
  explicit Terminal(bool wants_keys);
  // Sets the terminal back.
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // Readable when a key was hit; when the window has another size or the program has to stop.
  [[nodiscard]] int keys() const { return keys_; }
  [[nodiscard]] int signals() const { return signals_.get(); }
  // The keys hit since the last call, maybe none; nullopt if nothing has happened at all. Where a
  // stop was asked for (SIGTSTP, Ctrl-Z), returns after it.
  std::optional<std::string> take_input();

  struct Size {
    std::size_t width;
    std::size_t height;
  };
  [[nodiscard]] static Size size();
  // Draws the lines from the top on; nothing else stays on the screen.
  void show(const std::vector<std::string>& lines);

 private:
  void enter();
  void leave();
  void yield_to(int signal);

  net::FileDescriptor signals_;
  int keys_ = -1;
  bool entered_ = false;
};

}  // namespace traceroute
