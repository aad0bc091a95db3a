// Checks a server and reports on standard output, in TAP.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "net/address.hh"

namespace client {

struct CheckOptions {
  std::string host;
  std::uint16_t port = 0;
  net::Family family = net::Family::any;
  std::uint16_t student_id = 0;
  std::size_t jobs = 1;  // checks at once
  bool verbose = false;  // tell every message on standard error
};

// Returns the exit status: 0 if the server keeps every rule of the handout, otherwise 1. Throws
// std::system_error when the host has no address.
int check_and_report(const CheckOptions& options);

}  // namespace client
