// How a failed call becomes an exception: what was attempted, on whom, and the system's reason.
#pragma once

#include <cerrno>
#include <exception>
#include <string>
#include <system_error>

namespace net {

// Throws std::system_error with the present errno, or another number of that kind; attempt reads
// like "connect to [::1]:12235".
[[noreturn]] void fail(const std::string& attempt, int error = errno);

// The category of getaddrinfo's own codes (getaddrinfo(3), gai_strerror(3)).
const std::error_category& name_resolution_category();

// What an exception says, in words that a user knows.
const char* reason(const std::exception& exception);

}  // namespace net
