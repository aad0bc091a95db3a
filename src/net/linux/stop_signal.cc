#include "net/stop_signal.hh"

#include <sys/signalfd.h>

#include "net/error.hh"

namespace net {

FileDescriptor stop_signal(Hangup hangup) {
  const sigset_t signals = stop_signals(hangup);
  FileDescriptor descriptor(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!descriptor || sigprocmask(SIG_BLOCK, &signals, nullptr) != 0) fail("watch for signals");
  if (hangup == Hangup::another_matter) std::signal(SIGPIPE, SIG_IGN);
  return descriptor;
}

}  // namespace net
