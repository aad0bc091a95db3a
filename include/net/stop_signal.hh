// The signals that end a program, as a descriptor that becomes readable.
#pragma once

#include <csignal>

#include "net/file_descriptor.hh"

namespace net {

// Whether SIGHUP ends the program as SIGTERM does, or is another matter: a server may open its log
// anew.
enum class Hangup { another_matter, stops };

// SIGINT and SIGTERM; and SIGHUP if that stops, unless it is ignored from the start, as by
// nohup(1): one that is blocked would be waiting to be read although it is ignored.
inline sigset_t stop_signals(Hangup hangup) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int each : {SIGINT, SIGTERM}) sigaddset(&signals, each);
  struct sigaction before {};
  sigaction(SIGHUP, nullptr, &before);
  if (hangup == Hangup::stops && before.sa_handler != SIG_IGN) sigaddset(&signals, SIGHUP);
  return signals;
}

// To be called before any thread starts: blocks these signals in the caller and in what it starts.
// In a server SIGPIPE is ignored, since sendfile(2) has no flag against it; elsewhere a closed pipe
// means what who started the program decided.
FileDescriptor stop_signal(Hangup hangup = Hangup::another_matter);

}  // namespace net
