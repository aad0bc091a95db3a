// The place that -o names, as it is before anything is written.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

#include "net/file_descriptor.hh"

namespace client {

// One of two kinds:
// - written through: standard output, a device, a FIFO. `descriptor` is open.
// - a regular file, whether it exists or not. A new one replaces it by rename(2) when it is whole.
struct Place {
  std::string path;                // of the file, symbolic links followed; or how messages name it
  net::FileDescriptor descriptor;  // -1 for a regular file
  std::optional<struct stat> replaced;  // the regular file that is there

  [[nodiscard]] bool written_through() const { return static_cast<bool>(descriptor); }
};

// Of a path, with its slash: "./" for a plain name.
std::string directory_of(const std::string& path);

// "" and "-" are standard output. What is open already as descriptor 1 to 9 (/dev/stdout,
// /dev/fd/3) is written where that stands. Throws std::system_error for a directory, for a file
// that this user may not write or replace, for a descriptor that is not open for writing, and for a
// path that does not lead anywhere.
Place find_place(const std::string& name);

}  // namespace client
