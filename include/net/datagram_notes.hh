// What a kernel reports of datagrams besides their bytes, each in its own way: src/net/linux and
// src/net/posix have a body each.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <system_error>

#include "net/address.hh"

namespace net {

// Makes ICMP errors about what a UDP socket sends come back by flag `errors_only` (ip(7),
// IP_RECVERR). A kernel that has no such thing reports none.
void report_errors(int fd, Family family);
// The flag of recvmsg(2) that takes such an error; 0 where there are none.
extern const int errors_only;
// Which error a message taken with that flag is about.
std::error_code noted_error(msghdr& message);

// The flag of recvmsg(2) that returns a datagram's size though the buffer is smaller; 0 where there
// is none.
extern const int whole_size;

// When the system took a datagram in, on its clock, if report_arrival_time was called; else 0.
std::chrono::nanoseconds noted_arrival(msghdr& message);

}  // namespace net
