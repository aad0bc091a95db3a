#include "net/file_descriptor.hh"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "net/kernel.hh"

namespace net {

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void FileDescriptor::reset() {
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

std::size_t raise_descriptor_limit() {
  const auto as_size = [](rlim_t count) {
    return static_cast<std::size_t>(
        std::min<rlim_t>(count, std::numeric_limits<std::size_t>::max()));
  };
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t highest = max_descriptors();
  if (highest > limit.rlim_max) {
    const rlimit raised{highest, highest};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) return as_size(highest);
  }
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  return as_size(setrlimit(RLIMIT_NOFILE, &raised) == 0 ? limit.rlim_max : limit.rlim_cur);
}

bool can_open(int count) {
  const FileDescriptor spare(open("/", only_a_place));
  return spare && (count <= 1 || can_open(count - 1));
}

bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS;
}

}  // namespace net
