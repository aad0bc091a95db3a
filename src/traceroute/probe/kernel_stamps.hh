// When the kernel sent or received a packet, as a time on the monotonic clock.
#pragma once

#include <sys/socket.h>

#include <ctime>
#include <optional>

#include "net/deadline.hh"

namespace traceroute {

// Makes a datagram socket stamp every packet in software as it comes in and as it goes out
// (SO_TIMESTAMPING, the kernel's Documentation/networking/timestamping). The outgoing stamps come
// back on the error queue, numbered from 0 in the order of sending. False where the system cannot:
// the socket is left as it is.
bool ask_for_stamps(int fd);

// The stamp that came with a message, on the wall clock; nullopt if there is none.
std::optional<timespec> stamp_of(msghdr& message);

// Turns wall-clock stamps into monotonic times. The wall clock can be stepped while a trace runs,
// the distance of the two clocks is therefore looked at again before each batch of messages.
class StampClock {
 public:
  StampClock() { look(); }
  // Call it just after a batch has been read: its stamps lie between the last call and this one.
  void look();
  // The stamp as a monotonic time; nullopt when it lies outside the time it could have been taken,
  // from `earliest` on, because a clock was stepped meanwhile.
  [[nodiscard]] std::optional<net::Clock::time_point> monotonic(
      timespec stamp, net::Clock::time_point earliest) const;

 private:
  std::chrono::nanoseconds distance_{};  // wall minus monotonic
  net::Clock::time_point looked_;
};

}  // namespace traceroute
