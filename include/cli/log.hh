// A log that never makes anybody wait: not for a pipe that nobody reads, a terminal that was
// stopped by Ctrl-S, or a full disk.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace cli {

// Lines for one descriptor. Whoever has a line leaves it in a bounded queue, and a thread of the
// log writes it. The descriptor stays as it is: O_NONBLOCK would be seen by all who share it, such
// as the shell.
//
// A line that finds the queue full, or that the descriptor refuses, is lost and counted:
//   [3 lines of this log are lost]
// stands where they were missing, as soon as the descriptor takes lines again; {"lost":3} among
// lines of JSON.
class LogWriter {
 public:
  enum class Lines { words, json };

  // Does not own the descriptor. Throws std::system_error when there is no thread to be had.
  explicit LogWriter(int fd, Lines lines = Lines::words);
  // Leaves the thread to itself if it hangs in a write that does not return.
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  // Takes one line, which ends in a newline.
  void write(std::string_view line) noexcept;

  // Goes on with another descriptor, which it owns from now on (SIGHUP). What hangs in a write to
  // the old one still hangs.
  void use(int fd);

  // Waits until all is written, or until nothing more can be hoped for: never longer than
  // `timeout`, by default as long as a program's end may wait for a log that takes nothing.
  // Returns the number of lost lines that the log itself does not report.
  std::uint64_t finish(std::chrono::milliseconds timeout = std::chrono::milliseconds(300)) noexcept;

 private:
  struct State;
  static void work(const std::shared_ptr<State>& state);
  // With the thread as its other owner.
  std::shared_ptr<State> state_;
};

// From here on the lines of say() are left to a LogWriter of stderr, which lives until the program
// ends. Call it with the signals blocked that its thread must not take.
void log_in_background();
// The lines of say() go to another log; with nullptr to stderr again.
void log_to(LogWriter* log);
// From here on each line of say() begins with the time.
void stamp_log();
// Waits, for a moment at most, until what say() left to stderr is written.
void finish_log() noexcept;

// Where say() leaves its line, which ends in a newline.
void log_line(std::string_view line) noexcept;

// As RFC 3339 has it, in UTC: "2026-11-26T03:43:23.123Z".
std::string time_stamp(std::chrono::system_clock::time_point when);

}  // namespace cli
