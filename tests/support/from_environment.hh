// Numbers that whoever runs a test may choose: SOCKHOP_RUNS=50 for a longer look.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

inline std::uint64_t from_environment(const char* name, std::uint64_t usual) {
  const char* const text = std::getenv(name);
  return text ? std::stoull(text) : usual;
}
