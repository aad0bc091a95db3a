// Files below a directory, whatever their names say.
#pragma once

#include <string>

#include "net/file_descriptor.hh"

namespace server {

// The directory whose contents a service may give away. Throws std::system_error.
net::FileDescriptor open_directory(const std::string& path);

// Opens for reading what a relative path names below a directory. Nothing that leads out of it is
// followed: no "..", no absolute path, no symbolic link, no change of any of these while the path
// is walked (openat2(2), RESOLVE_BENEATH); links that stay inside are. Never waits: a FIFO opens at
// once, so check what kind of file it is. An empty descriptor, and errno, when there is no such
// file. Where the kernel has no openat2, no symbolic link is followed at all.
net::FileDescriptor open_beneath(int directory, const std::string& path);

// The way without openat2: component by component.
net::FileDescriptor open_stepwise(int directory, const std::string& path);

}  // namespace server
