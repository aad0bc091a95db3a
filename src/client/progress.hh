// A line on a terminal that says how far a long work has come, and is gone when it is done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "net/deadline.hh"

namespace client {

// Writes to stderr when that is a terminal.
class ProgressLine {
 public:
  explicit ProgressLine(bool wanted = true);
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // In place of what was shown; the brief text where the other one has no room.
  void show(const std::string& text, const std::string& brief);
  void clear();

 private:
  const bool visible_;
  bool shown_ = false;
};

// Of a download: after the first second, twice a second. Silent when what is downloaded goes to a
// terminal too, where both would mix.
class Progress {
 public:
  Progress(std::optional<std::uint64_t> total, bool output_is_terminal)
      : line_(!output_is_terminal), total_(total) {}
  void at(std::uint64_t bytes);

 private:
  ProgressLine line_;
  const std::optional<std::uint64_t> total_;
  net::Deadline next_ = net::Deadline::after(std::chrono::seconds(1));
};

}  // namespace client
