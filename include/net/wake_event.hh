// One thread wakes another one that waits for descriptors.
#pragma once

#include "net/file_descriptor.hh"

namespace net {

// A flag with a descriptor that can be read while it is set. Any thread may call any function.
class WakeEvent {
 public:
  // Throws std::system_error.
  WakeEvent();

  [[nodiscard]] int fd() const { return read_end_.get(); }
  void set() const;
  // Returns whether it was set.
  bool clear() const;

 private:
  FileDescriptor read_end_, write_end_;  // of a pipe
};

}  // namespace net
