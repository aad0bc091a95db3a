#include "client/standard_io.hh"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "net/error.hh"

namespace client {

namespace {

// For a descriptor that another process has made non-blocking.
void await(int fd, short events) {
  pollfd polled{fd, events, 0};
  poll(&polled, 1, -1);
}

}  // namespace

std::span<std::uint8_t> read_input(std::span<std::uint8_t> buffer) {
  ssize_t count = 0;
  while ((count = read(STDIN_FILENO, buffer.data(), buffer.size())) < 0) {
    if (errno == EAGAIN) {
      await(STDIN_FILENO, POLLIN);
    } else if (errno != EINTR) {
      break;
    }
  }
  if (count < 0) net::fail("read from standard input");
  return buffer.first(static_cast<std::size_t>(count));
}

void write_all(int fd, std::span<const std::uint8_t> bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t count = write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EAGAIN) {
      await(fd, POLLOUT);
    } else if (count < 0 && errno != EINTR) {
      net::fail("write to " + name);
    }
    if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

}  // namespace client
