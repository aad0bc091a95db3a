#include "net/datagram_notes.hh"

#include <sys/time.h>

#include "net/control.hh"
#include "net/datagram.hh"

namespace net {

const int errors_only = 0;
const int whole_size = 0;

void report_errors(int, Family) {}

std::error_code noted_error(msghdr&) { return {}; }

void report_arrival_time(int fd) { try_option(fd, SOL_SOCKET, SO_TIMESTAMP); }

std::chrono::nanoseconds noted_arrival(msghdr& message) {
  const auto time = find_control<timeval>(message, SOL_SOCKET, SCM_TIMESTAMP);
  if (!time) return {};
  return std::chrono::seconds(time->tv_sec) + std::chrono::microseconds(time->tv_usec);
}

}  // namespace net
