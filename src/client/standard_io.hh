// Bytes from standard input, and to standard output or a file.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace client {

// What standard input gives, a part of the buffer: empty at its end. Throws std::system_error.
std::span<std::uint8_t> read_input(std::span<std::uint8_t> buffer);

// Writes all of it. Throws std::system_error naming what was written to.
void write_all(int fd, std::span<const std::uint8_t> bytes, const std::string& name);

}  // namespace client
