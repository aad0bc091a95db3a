// A program whose waits fail when wait_fails() says so: for one test file, which defines that, as
// ppoll and poll are replaced.
#pragma once

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <ctime>

// True, and errno, where this wait is to fail.
bool wait_fails();

extern "C" int ppoll(pollfd* fds, nfds_t count, const timespec* timeout, const sigset_t*) {
  if (wait_fails()) return -1;
  timespec copy{};
  if (timeout) copy = *timeout;
  return static_cast<int>(
      syscall(SYS_ppoll, fds, count, timeout ? &copy : nullptr, nullptr, sizeof(long)));
}
// What the library calls on systems without ppoll.
extern "C" int poll(pollfd* fds, nfds_t count, int timeout) {
  const timespec span{timeout / 1000, timeout % 1000 * 1'000'000L};
  return ppoll(fds, count, timeout < 0 ? nullptr : &span, nullptr);
}
