// A line on a terminal that tells how far a long download has come.
#pragma once

#include <cstdint>
#include <optional>

#include "net/deadline.hh"

namespace client {

// Writes to stderr when that is a terminal, after the first second, twice a second; on a narrow one
// only the share. Silent when what is downloaded goes to a terminal too, where both would mix.
class Progress {
 public:
  Progress(std::optional<std::uint64_t> total, bool output_is_terminal);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void at(std::uint64_t bytes);

 private:
  const bool visible_;
  const std::optional<std::uint64_t> total_;
  net::Deadline next_ = net::Deadline::after(std::chrono::seconds(1));
  bool shown_ = false;
};

}  // namespace client
