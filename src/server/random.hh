// Numbers that nobody can guess, from the system's random source.
#pragma once

#include <cstdint>

namespace server {

// Any number from least to most, both included, each as likely as the others.
std::uint32_t random_number(std::uint32_t least, std::uint32_t most);

}  // namespace server
