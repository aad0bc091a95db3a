#include "net/stop_signal.hh"

namespace net {

sigset_t stop_signals(Hangup hangup) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  struct sigaction before {};
  sigaction(SIGHUP, nullptr, &before);
  // One that is blocked would be waiting to be read although it is ignored.
  if (hangup == Hangup::stops && before.sa_handler != SIG_IGN) sigaddset(&signals, SIGHUP);
  return signals;
}

}  // namespace net
