// How a failed call becomes an exception: what was attempted, on whom, and the system's reason.
#pragma once

#include <exception>
#include <string>
#include <system_error>

namespace net {

// Throws std::system_error with the present errno; attempt reads like "connect to [::1]:12235".
[[noreturn]] void fail(const std::string& attempt);

// The category of getaddrinfo's own codes (getaddrinfo(3), gai_strerror(3)).
const std::error_category& name_resolution_category();

// What an exception says, in words that a user knows.
const char* reason(const std::exception& exception);

}  // namespace net
