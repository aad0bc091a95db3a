#include "client/web/place.hh"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <string_view>
#include <system_error>
#include <utility>

#include "net/error.hh"
#include "net/kernel.hh"

namespace client {

namespace {

// Follows symbolic links at the end of the path, also to what does not exist.
std::string follow_links(std::string path, const std::string& attempt) {
  constexpr int max_links = 40;  // as Linux has it
  for (int links = 0; links < max_links; ++links) {
    std::array<char, PATH_MAX> target;
    const ssize_t size = readlink(path.c_str(), target.data(), target.size());
    if (size < 0) return path;
    const std::string text(target.data(), static_cast<std::size_t>(size));
    path = text.starts_with('/') ? text : directory_of(path).append(text);
  }
  net::fail(attempt, ELOOP);
}

bool can_be_written(int fd) {
  const int flags = fcntl(fd, F_GETFL);
  return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

Place duplicate(int fd, const std::string& name) {
  Place place{name, net::FileDescriptor(fcntl(fd, F_DUPFD_CLOEXEC, 0)), {}};
  if (!place.descriptor) net::fail("write to " + name);
  if (!can_be_written(fd)) net::fail("write to " + name, EBADF);
  return place;
}

// The number of the descriptor that a path names, open or not; -1 for none. What such a path leads
// to may be a file, which must not be replaced because it is open for reading.
int descriptor_in(std::string_view path) {
  constexpr std::pair<std::string_view, int> names[] = {
      {"/dev/stdin", STDIN_FILENO}, {"/dev/stdout", STDOUT_FILENO}, {"/dev/stderr", STDERR_FILENO}};
  for (const auto& [name, fd] : names) {
    if (path == name) return fd;
  }
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (!path.starts_with(folder)) continue;
    int fd = -1;
    const char* const end = path.data() + path.size();
    const auto parsed = std::from_chars(path.data() + folder.size(), end, fd);
    return parsed.ptr == end && parsed.ec == std::errc() ? fd : -1;
  }
  return -1;
}

// The descriptor by which the file is open for writing already; -1 for none.
int open_already(const struct stat& file) {
  for (int fd = STDOUT_FILENO; fd < 10; ++fd) {
    struct stat about {};
    if (!can_be_written(fd) || fstat(fd, &about) != 0) continue;
    if (about.st_dev == file.st_dev && about.st_ino == file.st_ino) return fd;
  }
  return -1;
}

// In a directory like /tmp a file is replaced by its owner only, though others may write to it.
bool may_replace(const struct stat& file, const std::string& path) {
  struct stat directory {};
  const uid_t user = geteuid();
  if (stat(directory_of(path).c_str(), &directory) != 0) return true;
  return (directory.st_mode & S_ISVTX) == 0 || user == 0 || user == file.st_uid ||
         user == directory.st_uid;
}

}  // namespace

std::string directory_of(const std::string& path) {
  const auto name = path.rfind('/') + 1;  // 0 where there is no slash
  return name == 0 ? "./" : path.substr(0, name);
}

Place find_place(const std::string& name) {
  if (name.empty() || name == "-") return duplicate(STDOUT_FILENO, "standard output");
  if (const int fd = descriptor_in(name); fd >= 0) return duplicate(fd, name);
  const std::string attempt = "open " + name;
  struct stat about {};
  if (stat(name.c_str(), &about) != 0) {
    if (errno != ENOENT) net::fail(attempt);
    return {follow_links(name, attempt), {}, {}};
  }
  if (const int fd = open_already(about); fd >= 0) return duplicate(fd, name);
  if (!S_ISREG(about.st_mode)) {
    Place place{name, net::FileDescriptor(open(name.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY)), {}};
    if (!place.descriptor) net::fail(attempt);
    return place;
  }
  // Not access(2), which passes over what may only be appended to. A program that runs can be
  // replaced, though not written to.
  const net::FileDescriptor file(open(name.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file && errno != ETXTBSY) net::fail(attempt);
  Place place{follow_links(name, attempt), {}, about};
  if (!may_replace(about, place.path)) net::fail("replace " + name, EPERM);
  const std::string directory = directory_of(place.path);
  const auto last = place.path.rfind('/') + 1;  // 0 where there is none
  if (net::is_mount_point(directory.c_str(), place.path.c_str() + last))
    net::fail("replace " + name, EBUSY);
  return place;
}

}  // namespace client
