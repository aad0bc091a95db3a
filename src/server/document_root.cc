#include "server/document_root.hh"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string_view>

#include "net/error.hh"

namespace server {

namespace {

constexpr int file_flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

// A rename somewhere in the tree makes a path with ".." fail with EAGAIN: it may go the next time.
constexpr int max_attempts = 16;

bool is_missing(int error) { return error == ENOSYS || error == EPERM; }

}  // namespace

net::FileDescriptor open_directory(const std::string& path) {
  net::FileDescriptor directory(open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) net::fail("open the directory " + path);
  return directory;
}

net::FileDescriptor open_beneath(int directory, const std::string& path) {
  static std::atomic<bool> has_openat2 = true;
  if (path.find('\0') != std::string::npos) {
    errno = ENOENT;
    return {};
  }
  open_how how{};
  how.flags = file_flags;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  const char* const name = path.empty() ? "." : path.c_str();
  for (int attempt = 0; has_openat2 && attempt < max_attempts; ++attempt) {
    const long fd = syscall(SYS_openat2, directory, name, &how, sizeof how);
    if (fd >= 0) return net::FileDescriptor(static_cast<int>(fd));
    if (is_missing(errno)) has_openat2 = false;
    if (errno != EAGAIN && errno != EINTR) break;
  }
  if (has_openat2) return {};
  return open_stepwise(directory, path);
}

net::FileDescriptor open_stepwise(int directory, const std::string& path) {
  std::string_view rest = path;
  if (rest.starts_with('/') || rest.find('\0') != std::string_view::npos) {
    errno = ENOENT;
    return {};
  }
  net::FileDescriptor reached(openat(directory, ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  while (reached) {
    const auto slash = rest.find('/');
    const std::string name(rest.substr(0, slash));
    if (name == "..") {
      errno = EXDEV;
      return {};
    }
    const bool last = slash == std::string_view::npos;
    const int flags = last ? file_flags : O_PATH | O_DIRECTORY | O_CLOEXEC;
    const char* const step = name.empty() ? "." : name.c_str();
    net::FileDescriptor next(openat(reached.get(), step, flags | O_NOFOLLOW));
    if (last) return next;
    reached = std::move(next);
    rest.remove_prefix(slash + 1);
  }
  return {};
}

}  // namespace server
