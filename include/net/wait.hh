// Waiting for descriptors, with deadlines. Failures throw std::system_error.
#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

#include "net/deadline.hh"

namespace net {

// Waits until one of the descriptors can be read (or has an error to report); returns its index, or
// nullopt when the deadline passes first. Of several that can be read each has its turn: calls in a
// loop neglect none, however much comes at another.
std::optional<std::size_t> wait_readable(std::span<const int> fds, Deadline deadline);
inline std::optional<std::size_t> wait_readable(std::initializer_list<int> fds, Deadline deadline) {
  return wait_readable(std::span(fds.begin(), fds.size()), deadline);
}

// The same, but a wait that fails, as for want of memory, is tried again for a second: for what
// runs for long, or does many things at once.
std::optional<std::size_t> wait_readable_patiently(std::span<const int> fds, Deadline deadline);
// Whether one of them can be read now; a look that fails is tried again as above.
inline bool is_readable(std::initializer_list<int> fds) {
  return wait_readable_patiently({fds.begin(), fds.size()}, Deadline(Clock::now())).has_value();
}

// The same without a deadline, for a loop that must go on: when the wait itself fails, as for want
// of memory (ppoll(2), ENOMEM), it is tried again after a moment. The first failure of several is
// reported.
std::size_t wait_readable_always(std::span<const int> fds,
                                 const std::function<void(std::string_view reason)>& report);
// Waits for a moment (20 ms) when descriptors, memory or threads have run out. To try again at once
// would only burn the processor that others need to finish.
void pause_on_shortage();

// A descriptor, what is awaited of it, and, after wait_for, what has come about.
struct Interest {
  int fd = -1;
  bool to_read = false, to_write = false;  // neither: the descriptor is passed over
  bool readable = false, writable = false;
};

// Waits until one of the interests comes about (or its descriptor has an error to report); false
// when the deadline passes first.
bool wait_for(std::span<Interest> interests, Deadline deadline);

}  // namespace net
