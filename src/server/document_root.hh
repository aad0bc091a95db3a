// Files below a directory, whatever their names say.
#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>

#include "net/deadline.hh"
#include "net/file_descriptor.hh"

namespace server {

// The directory whose contents a service gives away. Any thread may call open().
class DocumentRoot {
 public:
  // Throws std::system_error when there is no such directory, or when this process may not use what
  // stands in it.
  explicit DocumentRoot(std::string path);

  // Opens for reading what a relative path names below the directory, as it is now: another
  // directory that has taken its place is used within a millisecond. Nothing that leads out is
  // opened: no "..", no absolute path, no symbolic link to elsewhere, no change of these while the
  // path is walked. Links that lead to somewhere below the directory count, absolute ones too.
  // Check what kind of file it is: of a FIFO, a device or a socket, which are not opened where the
  // kernel can do without (but within a millisecond after a file of that name was), only fstat(2)
  // can be asked. Empty, and errno, when there is no such file.
  net::FileDescriptor open(const std::string& path);

 private:
  void follow(net::Clock::duration now);
  net::FileDescriptor open_beneath(const std::string& path, net::Clock::duration now);
  int flags_now(const char* name, net::Clock::duration now);
  [[nodiscard]] net::FileDescriptor open_real(const std::string& path) const;

  const std::string path_;
  net::FileDescriptor directory_;
  std::atomic<net::Clock::rep> next_look_ = 0;
  std::mutex looking_;
  dev_t device_ = 0;  // the directory's identity, with looking_ held
  ino_t inode_ = 0;
  // Names that stood for no FIFO, device or socket, each with the millisecond in which it did.
  std::array<std::atomic<std::size_t>, 256> ordinary_{};
};

// Whether an error of open() says that there is no such file, or none that is given away, as behind
// a link to nowhere or to outside. Any other says that it could not be looked.
bool is_no_file(int error);

// Whether a regular file has bytes though its size is 0, as those below /proc and in some file
// systems of users (fuse(8)): how many they are cannot be known.
bool hides_its_size(int file);

// Opens a path below a directory component by component, and follows no symbolic link at all.
net::FileDescriptor open_stepwise(int directory, const std::string& path);

}  // namespace server
