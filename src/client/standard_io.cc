#include "client/standard_io.hh"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "cli/write.hh"
#include "net/error.hh"
#include "wire/bytes.hh"

namespace client {

std::span<std::uint8_t> read_input(std::span<std::uint8_t> buffer) {
  ssize_t count = 0;
  while ((count = read(STDIN_FILENO, buffer.data(), buffer.size())) < 0) {
    if (errno == EAGAIN) {  // another process has made it non-blocking
      pollfd readable{STDIN_FILENO, POLLIN, 0};
      (void)poll(&readable, 1, -1);
    } else if (errno != EINTR) {
      break;
    }
  }
  if (count < 0) net::fail("read from standard input");
  return buffer.first(static_cast<std::size_t>(count));
}

void write_all(int fd, std::span<const std::uint8_t> bytes, const std::string& name) {
  if (cli::write_whole(fd, wire::text_of(bytes)) < bytes.size()) net::fail("write to " + name);
}

}  // namespace client
