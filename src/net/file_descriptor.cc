#include "net/file_descriptor.hh"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace net {

namespace {

// The highest value the kernel lets a hard limit have; 0 when it does not say.
rlim_t highest_descriptor_limit() {
  const FileDescriptor file(open("/proc/sys/fs/nr_open", O_RDONLY | O_CLOEXEC));
  char text[32] = {};
  if (!file || read(file.get(), text, sizeof text - 1) <= 0) return 0;
  return std::strtoul(text, nullptr, 10);
}

}  // namespace

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
  const rlim_t highest = highest_descriptor_limit();
  if (highest > limit.rlim_max) {
    const rlimit raised{highest, highest};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) return highest;
  }
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  return setrlimit(RLIMIT_NOFILE, &raised) == 0 ? limit.rlim_max : limit.rlim_cur;
}

bool can_open(int count) {
  const FileDescriptor spare(open("/", O_PATH | O_CLOEXEC));
  return spare && (count <= 1 || can_open(count - 1));
}

bool out_of_descriptors(int error) { return error == EMFILE || error == ENFILE; }

}  // namespace net
