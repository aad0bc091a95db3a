// Waiting for descriptors, with deadlines. Failures throw std::system_error.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>

#include "net/deadline.hh"

namespace net {

// Waits until one of the descriptors can be read (or has an error to tell); returns its index, or
// nothing when the deadline passes first.
std::optional<std::size_t> wait_readable(std::span<const int> fds, Deadline deadline);
inline std::optional<std::size_t> wait_readable(std::initializer_list<int> fds, Deadline deadline) {
  return wait_readable(std::span(fds.begin(), fds.size()), deadline);
}

// A descriptor, what is awaited of it, and, after wait_for, what has come about.
struct Interest {
  int fd = -1;
  bool to_read = false, to_write = false;  // neither: the descriptor is passed over
  bool readable = false, writable = false;
};

// Waits until one of the interests comes about (or its descriptor has an error to tell); false when
// the deadline passes first.
bool wait_for(std::span<Interest> interests, Deadline deadline);

}  // namespace net
