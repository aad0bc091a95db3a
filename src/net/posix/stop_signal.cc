#include "net/stop_signal.hh"

#include <fcntl.h>

#include <thread>

#include "net/error.hh"
#include "net/wake_event.hh"

namespace net {

FileDescriptor stop_signal(Hangup hangup) {
  const sigset_t signals = stop_signals(hangup);
  if (sigprocmask(SIG_BLOCK, &signals, nullptr) != 0) fail("watch for signals");
  if (hangup == Hangup::another_matter) std::signal(SIGPIPE, SIG_IGN);
  // A thread of its own waits for them; it ends with the process, and so does the event's other
  // end.
  auto& event = *new WakeEvent();
  std::thread([signals, &event] {
    // Others, such as SIGHUP, are for threads that have not begun yet to block or wait for.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    int signal = 0;
    while (sigwait(&signals, &signal) == 0) event.set();
  }).detach();
  FileDescriptor descriptor(fcntl(event.fd(), F_DUPFD_CLOEXEC, 0));
  if (!descriptor) fail("watch for signals");
  return descriptor;
}

}  // namespace net
