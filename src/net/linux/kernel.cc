#include "net/kernel.hh"

#include <fcntl.h>
#include <linux/limits.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>

#include "net/socket.hh"

namespace net {

const int no_signal = MSG_NOSIGNAL;
const int more_follows = MSG_MORE;
const int only_a_place = O_PATH | O_DIRECTORY | O_CLOEXEC;
const int only_looked_at = O_PATH | O_CLOEXEC;

namespace {

// Large pieces of a file go to the socket from memory, where the file is mapped. sendfile(2) hands
// over page by page: with 8 connections of a receiver on this host that costs both together 616 us
// of processor time for 1 MiB, from memory 450. For smaller files the mapping costs more than that.
constexpr std::size_t window = 1 << 20;

// Sends from a window but for its last page; -1 and EINVAL where the file has less or cannot be
// mapped. Behind the end of a file memory holds zeros up to the end of the page: what follows the
// window, a page at least, goes by sendfile, which sees whether the file has become shorter.
ssize_t send_from_memory(int socket, int file, off_t& position) {
  const off_t page = sysconf(_SC_PAGESIZE);
  const auto skipped = static_cast<std::size_t>(position % page);
  const off_t begin = position - position % page;
  const std::size_t size = window - static_cast<std::size_t>(page);
  struct stat status {};
  const bool whole =
      fstat(file, &status) == 0 && status.st_size - begin >= static_cast<off_t>(size);
  void* const memory =
      whole ? mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, begin) : MAP_FAILED;
  if (memory == MAP_FAILED) return errno = EINVAL, -1;
  const ssize_t sent =
      send(socket, static_cast<char*>(memory) + skipped, size - skipped, no_signal);
  // The kernel could not read it: the file became shorter, or its disk fails.
  const int error = errno == EFAULT ? EINVAL : errno;
  munmap(memory, size);
  if (sent > 0) position += sent;
  errno = error;
  return sent;
}

}  // namespace

FileDescriptor new_socket(int family, int type, int protocol, Mode mode) {
  const int flags = SOCK_CLOEXEC | (mode == Mode::nonblocking ? SOCK_NONBLOCK : 0);
  return FileDescriptor(socket(family, type | flags, protocol));
}

FileDescriptor accept_connection(int listener, sockaddr* peer, socklen_t* length) {
  return FileDescriptor(accept4(listener, peer, length, SOCK_CLOEXEC));
}

int poll_until(std::span<pollfd> polled, Deadline deadline) {
  const timespec left = to_timespec(deadline.remaining());
  return ppoll(polled.data(), polled.size(), deadline.never() ? nullptr : &left, nullptr);
}

ssize_t send_from_file(int socket, int file, off_t& position, std::size_t count) {
  if (count >= window) {
    const ssize_t sent = send_from_memory(socket, file, position);
    if (sent >= 0 || errno != EINVAL) return sent;
  }
  return sendfile(socket, file, &position, count);
}

unsigned long max_descriptors() {
  const FileDescriptor file(open("/proc/sys/fs/nr_open", O_RDONLY | O_CLOEXEC));
  char text[32] = {};
  if (!file || read(file.get(), text, sizeof text - 1) <= 0) return 0;
  return std::strtoul(text, nullptr, 10);
}

FileDescriptor open_in_one_step(int directory, const char* path, int flags) {
  // A rename somewhere in the tree makes a path with ".." fail with EAGAIN: it may go the next
  // time.
  constexpr int max_attempts = 16;
  open_how how{};
  // open(2) of a 32-bit system adds it: without, files of more than 2 GiB are refused there.
  how.flags = static_cast<std::uint64_t>((flags & O_PATH) != 0 ? flags : flags | O_LARGEFILE);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  long fd = -1;
  for (int attempt = 0; fd < 0 && attempt < max_attempts; ++attempt) {
    fd = syscall(SYS_openat2, directory, path, &how, sizeof how);
    if (fd < 0 && errno != EAGAIN && errno != EINTR) break;
  }
  // Sandboxes refuse a call that they do not know by EPERM.
  if (fd < 0 && errno == EPERM) errno = ENOSYS;
  return FileDescriptor(static_cast<int>(fd));
}

bool is_mount_point(const char* directory, const char* name) {
  const FileDescriptor place(open(directory, only_a_place));
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_NO_XDEV;
  const FileDescriptor file(
      static_cast<int>(syscall(SYS_openat2, place.get(), name, &how, sizeof how)));
  return !file && errno == EXDEV;
}

timespec modification_time(const struct stat& about) { return about.st_mtim; }

timespec change_time(const struct stat& about) { return about.st_ctim; }

bool copy_access_list(const char* from, int to) {
  constexpr const char* name = "system.posix_acl_access";
  std::array<char, XATTR_SIZE_MAX> list;
  const ssize_t size = getxattr(from, name, list.data(), list.size());
  const auto is_none = [] { return errno == ENODATA || errno == ENOTSUP; };
  if (size < 0) return is_none() && (fremovexattr(to, name) == 0 || is_none());
  return fsetxattr(to, name, list.data(), static_cast<std::size_t>(size), 0) == 0;
}

void enlarge_receive_buffer(int fd, int size) {
  // The first passes over net.core.rmem_max, and takes CAP_NET_ADMIN.
  if (!try_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, size))
    try_option(fd, SOL_SOCKET, SO_RCVBUF, size);
}

// Linux, Documentation/networking/tcp-thin.rst.
void retransmit_evenly(int fd) { try_option(fd, IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS); }

// sched(7), SCHED_BATCH. With a thread for each connection that saves a switch of threads at most
// messages, and so about a quarter of the processor's time under load.
void prefer_throughput() {
  const sched_param no_priority{};
  (void)sched_setscheduler(0, SCHED_BATCH, &no_priority);
}

// Of some 24 KiB that an answered request has touched, that leaves 8. Never inlined, so that its
// frame is below its caller's.
[[gnu::noinline]] void give_back_stack() {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
  void* lowest = nullptr;
  std::size_t size = 0;
  const bool known = pthread_attr_getstack(&attributes, &lowest, &size) == 0;
  pthread_attr_destroy(&attributes);
  if (!known) return;
  // Below this frame is the one of madvise(2), and what a signal may put there is made anew.
  constexpr std::uintptr_t frames = 1024;
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) - frames;
  const auto end = here / page * page, begin = reinterpret_cast<std::uintptr_t>(lowest);
  if (begin < end) (void)madvise(lowest, end - begin, MADV_DONTNEED);
}

}  // namespace net
