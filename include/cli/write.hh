// Writing to a descriptor that others may share.
#pragma once

#include <cstddef>
#include <string_view>

namespace cli {

// Writes the whole text, however long that takes, even where somebody has made the descriptor
// non-blocking (write(2), EAGAIN). Returns how many bytes were written; where that is not all,
// errno says why.
std::size_t write_whole(int fd, std::string_view text) noexcept;

// From now on nobody is waited for, longer than a second, who reads nothing once `stop` can be
// read, a descriptor for the signals that are to end the program: what is not written has failed
// with ECANCELED.
void stop_writing_at(int stop) noexcept;

// Opens terminals that are standard output and error anew, for it to hold there, too: in place, and
// as far as this user may. With sudo(8) they are another one's, so before privilege is given up.
void reopen_terminals() noexcept;

}  // namespace cli
