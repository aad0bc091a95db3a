// A descriptor with one owner.
#pragma once

#include <cstddef>
#include <utility>

namespace net {

// Owns an open descriptor and closes it; -1 is none. Move-only.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() { reset(); }

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }
  void reset();
  // Gives the descriptor away, to be closed by the caller.
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

// Raises the soft limit on open descriptors to the hard one, and the hard one as far as the system
// lets this process (getrlimit(2)). Returns the limit now in force.
std::size_t raise_descriptor_limit();

// Whether a call failed with this errno because the process or the system has no descriptor or no
// memory left, which may pass.
bool is_shortage(int error);

// Whether `count` more descriptors could be opened at this moment.
bool can_open(int count);

}  // namespace net
