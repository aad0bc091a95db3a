#include "net/kernel.hh"

#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "net/socket.hh"

namespace net {

// Not in every kernel: the programs ignore SIGPIPE, or the socket has SO_NOSIGPIPE.
#ifdef MSG_NOSIGNAL
const int no_signal = MSG_NOSIGNAL;
#else
const int no_signal = 0;
#endif
const int more_follows = 0;
const int only_a_place = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
const int only_looked_at = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

namespace {

// Another thread's fork and exec between the two calls would inherit the descriptor: POSIX.1-2017
// has no way around that, and these programs start no others.
FileDescriptor prepared(int fd, Mode mode) {
  FileDescriptor owner(fd);
  if (!owner) return owner;
  const int flags = fcntl(fd, F_GETFL);
  const bool nonblocking = mode == Mode::nonblocking;
  if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 || flags < 0 ||
      fcntl(fd, F_SETFL, nonblocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) != 0) {
    return {};
  }
#ifdef SO_NOSIGPIPE
  try_option(fd, SOL_SOCKET, SO_NOSIGPIPE);
#endif
  return owner;
}

}  // namespace

FileDescriptor new_socket(int family, int type, int protocol, Mode mode) {
  return prepared(socket(family, type, protocol), mode);
}

FileDescriptor accept_connection(int listener, sockaddr* peer, socklen_t* length) {
  // Some kernels, as macOS', have no time-out in accept(2), and shutdown(2) of a listener wakes
  // nobody there: who has a time-out looks up at least twice a second.
  timeval timeout{};
  socklen_t size = sizeof timeout;
  (void)getsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &timeout, &size);
  const std::chrono::microseconds span(timeout.tv_sec * 1'000'000LL + timeout.tv_usec);
  if (span > 0s) {
    // Another thread may take what this one was woken for.
    (void)fcntl(listener, F_SETFL, O_NONBLOCK);
    pollfd polled{listener, POLLIN, 0};
    (void)poll_until({&polled, 1}, Deadline::after(std::min<Clock::duration>(span, 500ms)));
  }
  return prepared(accept(listener, peer, length), Mode::blocking);
}

int poll_until(std::span<pollfd> polled, Deadline deadline) {
  // Rounded up to whole milliseconds, so that the deadline has passed when 0 is returned. A longer
  // wait than fits is cut, and looks as if a signal had come.
  constexpr auto longest = std::chrono::milliseconds(std::numeric_limits<int>::max());
  const auto left = deadline.remaining();
  const bool cut = !deadline.never() && left > longest;
  int timeout = -1;
  if (!deadline.never()) {
    timeout = static_cast<int>(
        (cut ? longest : std::chrono::ceil<std::chrono::milliseconds>(left)).count());
  }
  const int ready = poll(polled.data(), static_cast<nfds_t>(polled.size()), timeout);
  if (ready == 0 && cut) {
    errno = EINTR;
    return -1;
  }
  return ready;
}

ssize_t send_from_file(int, int, off_t&, std::size_t) {
  errno = EINVAL;
  return -1;
}

unsigned long max_descriptors() { return 0; }

FileDescriptor open_in_one_step(int, const char*, int) {
  errno = ENOSYS;
  return {};
}

bool is_mount_point(const char*, const char*) { return false; }

#ifdef __APPLE__
timespec modification_time(const struct stat& about) { return about.st_mtimespec; }
timespec change_time(const struct stat& about) { return about.st_ctimespec; }
#else
timespec modification_time(const struct stat& about) { return about.st_mtim; }
timespec change_time(const struct stat& about) { return about.st_ctim; }
#endif

// POSIX left its lists of access a draft (1003.1e).
bool copy_access_list(const char*, int) { return true; }

void enlarge_receive_buffer(int fd, int size) { try_option(fd, SOL_SOCKET, SO_RCVBUF, size); }

void retransmit_evenly(int) {}

void prefer_throughput() {}

void give_back_stack() {}

}  // namespace net
