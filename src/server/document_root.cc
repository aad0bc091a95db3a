#include "server/document_root.hh"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string_view>

#include "net/error.hh"
#include "net/kernel.hh"

namespace server {

namespace {

constexpr int file_flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

}  // namespace

net::FileDescriptor open_directory(const std::string& path) {
  net::FileDescriptor directory(open(path.c_str(), net::only_a_place));
  if (!directory) net::fail("open the directory " + path);
  return directory;
}

net::FileDescriptor open_beneath(int directory, const std::string& path) {
  static std::atomic<bool> in_one_step = true;
  if (path.find('\0') != std::string::npos) {
    errno = ENOENT;
    return {};
  }
  if (in_one_step) {
    const char* const name = path.empty() ? "." : path.c_str();
    net::FileDescriptor file = net::open_in_one_step(directory, name, file_flags);
    if (file || errno != ENOSYS) return file;
    in_one_step = false;
  }
  return open_stepwise(directory, path);
}

net::FileDescriptor open_stepwise(int directory, const std::string& path) {
  std::string_view rest = path;
  if (rest.starts_with('/') || rest.find('\0') != std::string_view::npos) {
    errno = ENOENT;
    return {};
  }
  net::FileDescriptor reached(openat(directory, ".", net::only_a_place));
  while (reached) {
    const auto slash = rest.find('/');
    const std::string name(rest.substr(0, slash));
    if (name == "..") {
      errno = EXDEV;
      return {};
    }
    const bool last = slash == std::string_view::npos;
    const int flags = last ? file_flags : net::only_a_place;
    const char* const step = name.empty() ? "." : name.c_str();
    net::FileDescriptor next(openat(reached.get(), step, flags | O_NOFOLLOW));
    if (last) return next;
    reached = std::move(next);
    rest.remove_prefix(slash + 1);
  }
  return {};
}

}  // namespace server
