// Writing to a descriptor that others may share.
#pragma once

#include <cstddef>
#include <string_view>

namespace cli {

// Writes the whole text, however long that takes, even where somebody has made the descriptor
// non-blocking (write(2), EAGAIN). Returns how many bytes were written; where that is not all,
// errno says why.
std::size_t write_whole(int fd, std::string_view text) noexcept;

}  // namespace cli
