// The terminal that --watch draws on: keys one by one, a screen of its own beside what was there
// before, and everything as it was when the program ends or is stopped.
#pragma once

#include <string>
#include <vector>

#include "net/file_descriptor.hh"

namespace traceroute {

// Whether the locale's characters are UTF-8; the program never changes its own locale, so the
// environment is asked, in the order of locale(7).
bool locale_is_utf8();

class Terminal {
 public:
  // Whether standard output is a terminal that can be drawn on: none that calls itself dumb.
  static bool is_there();

  // To be made before any thread starts, and once at a time. Keys are read if standard input is a
  // terminal, too.
  Terminal();
  // Sets the terminal back.
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // Readable when a key was hit; when the window has another size or the program has to stop.
  [[nodiscard]] int keys() const { return keys_; }
  [[nodiscard]] int signals() const { return signals_.get(); }
  // The keys hit since the last call, after a stop (SIGTSTP), if one was asked for, is over.
  std::string take_input();

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
  void stop();

  net::FileDescriptor signals_;
  int keys_ = -1;
  bool entered_ = false;
};

}  // namespace traceroute
