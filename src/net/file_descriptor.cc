#include "net/file_descriptor.hh"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>

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

unsigned long raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t highest = max_descriptors();
  if (highest > limit.rlim_max) {
    const rlimit raised{highest, highest};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) return highest;
  }
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  return setrlimit(RLIMIT_NOFILE, &raised) == 0 ? limit.rlim_max : limit.rlim_cur;
}

bool can_open(int count) {
  const FileDescriptor spare(open("/", only_a_place));
  return spare && (count <= 1 || can_open(count - 1));
}

bool out_of_descriptors(int error) { return error == EMFILE || error == ENFILE; }

}  // namespace net
