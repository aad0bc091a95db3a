// An incomplete page that is kept to be gone on with: FILE.part, and FILE.from, which says of what
// it is the beginning.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/file_descriptor.hh"

namespace client {

// Of which page, and of which state of it, a file is the beginning.
struct Partial {
  std::string url;                     // after redirects
  std::string validator;               // for If-Range, as the server wrote it
  std::optional<std::uint64_t> total;  // the size of the whole page, if it is known

  [[nodiscard]] bool operator==(const Partial&) const = default;
};

// The content of FILE.from. It has an end mark, so that one that was cut is not taken for whole.
std::string to_text(const Partial& partial);
std::optional<Partial> parse_partial(std::string_view text);

// Whether the path still leads to the open file, which another process may have renamed or removed.
[[nodiscard]] bool leads_to(const std::string& path, int fd);

// Opens FILE.part, or creates it, to append to, for this process alone. Throws cli::Failure when it
// is no regular file, belongs to another user in a directory like /tmp, or another process is
// writing to it; std::system_error.
net::FileDescriptor open_part(const std::string& path);

// Reads FILE.from: nullopt when there is none, or it was cut. Throws cli::Failure when it is a file
// of another kind, which must not be overwritten, or another user's as above.
std::optional<Partial> read_note(const std::string& path);
// Writes FILE.from. Throws std::system_error.
void write_note(const std::string& path, const Partial& partial);

}  // namespace client
