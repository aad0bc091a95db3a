#include "net/datagram_notes.hh"

#include <linux/errqueue.h>
#include <netinet/in.h>

#include "net/control.hh"
#include "net/datagram.hh"
#include "net/sockaddr.hh"

namespace net {

const int errors_only = MSG_ERRQUEUE;
const int whole_size = MSG_TRUNC;

void report_errors(int fd, Family family) {
  try_option(fd, traits(family).level, family == Family::ipv6 ? IPV6_RECVERR : IP_RECVERR);
}

std::error_code noted_error(msghdr& message) {
  auto error = find_control<sock_extended_err>(message, IPPROTO_IP, IP_RECVERR);
  if (!error) error = find_control<sock_extended_err>(message, IPPROTO_IPV6, IPV6_RECVERR);
  return {error ? static_cast<int>(error->ee_errno) : 0, std::generic_category()};
}

void report_arrival_time(int fd) { try_option(fd, SOL_SOCKET, SO_TIMESTAMPNS); }

std::chrono::nanoseconds noted_arrival(msghdr& message) {
  const auto time = find_control<timespec>(message, SOL_SOCKET, SCM_TIMESTAMPNS);
  if (!time) return {};
  return std::chrono::seconds(time->tv_sec) + std::chrono::nanoseconds(time->tv_nsec);
}

}  // namespace net
