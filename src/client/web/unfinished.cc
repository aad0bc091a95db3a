#include "client/web/unfinished.hh"

#include <sys/stat.h>
#include <unistd.h>

namespace client {

namespace {

// Those that end a program unless it does something about them, but for what the processor raises
// (SIGSEGV, SIGBUS, SIGILL, SIGFPE).
std::vector<int> fatal_signals() {
  std::vector<int> signals = {SIGHUP,  SIGINT,  SIGQUIT, SIGABRT, SIGTERM,
                              SIGPIPE, SIGALRM, SIGTRAP, SIGSYS,  SIGPROF,
                              SIGXCPU, SIGXFSZ, SIGUSR1, SIGUSR2, SIGVTALRM};
#ifdef __linux__  // elsewhere these do not end a program
  signals.insert(signals.end(), {SIGIO, SIGPWR});
#endif
#ifdef SIGSTKFLT
  signals.push_back(SIGSTKFLT);
#endif
#ifdef SIGRTMIN
  for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal) signals.push_back(signal);
#endif
  return signals;
}

std::atomic<UnfinishedFiles*> unfinished = nullptr;

sigset_t fatal_set() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : fatal_signals()) sigaddset(&set, signal);
  return set;
}

}  // namespace

// Only calls that are safe in a handler (signal-safety(7)).
void UnfinishedFiles::on_signal(int signal) {
  if (const UnfinishedFiles* files = unfinished) files->remove();
  std::signal(signal, SIG_DFL);
  raise(signal);  // delivered at the return, which unblocks it
}

UnfinishedFiles::UnfinishedFiles() {
  unfinished = this;
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_mask = fatal_set();
  for (const int signal : fatal_signals()) {
    struct sigaction before {};
    sigaction(signal, nullptr, &before);
    before_.emplace_back(signal, before);
    if (before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
  }
}

UnfinishedFiles::~UnfinishedFiles() {
  const SignalsHeld held;
  remove();
  for (const auto& [signal, before] : before_) sigaction(signal, &before, nullptr);
  unfinished = nullptr;
}

void UnfinishedFiles::remove() const {
  struct stat about {};
  if (fate_ == Fate::kept || paths_.empty()) return;
  const bool exists = stat(paths_.front().c_str(), &about) == 0;
  if (fate_ == Fate::unlinked_if_empty && exists && about.st_size > 0) return;
  for (const std::string& path : paths_) unlink(path.c_str());
}

SignalsHeld::SignalsHeld() {
  const sigset_t set = fatal_set();
  pthread_sigmask(SIG_BLOCK, &set, &before_);
}

SignalsHeld::~SignalsHeld() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

}  // namespace client
