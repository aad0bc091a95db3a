#include "client/web/unfinished.hh"

#include <sys/stat.h>
#include <unistd.h>

namespace client {

namespace {

std::atomic<UnfinishedFiles*> unfinished = nullptr;

// Those that end a program unless it does something about them, but for what the processor raises
// (SIGSEGV, SIGBUS, SIGILL, SIGFPE). Takes no memory: it is also asked for when there is none.
sigset_t fatal_set() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGTERM, SIGPIPE, SIGALRM, SIGTRAP,
                           SIGSYS, SIGPROF, SIGXCPU, SIGUSR1, SIGUSR2, SIGVTALRM}) {
    sigaddset(&set, signal);
  }
#ifdef __linux__  // elsewhere these do not end a program
  for (const int signal : {SIGIO, SIGPWR}) sigaddset(&set, signal);
#endif
#ifdef SIGSTKFLT
  sigaddset(&set, SIGSTKFLT);
#endif
#ifdef SIGRTMIN
  for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal) sigaddset(&set, signal);
#endif
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
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction& before = before_[static_cast<std::size_t>(signal)];
    if (sigismember(&action.sa_mask, signal) != 1) continue;
    sigaction(signal, nullptr, &before);
    if (before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
  }
}

UnfinishedFiles::~UnfinishedFiles() {
  const SignalsHeld held;
  remove();
  const sigset_t fatal = fatal_set();
  for (int signal = 1; signal < NSIG; ++signal) {
    if (sigismember(&fatal, signal) != 1) continue;
    sigaction(signal, &before_[static_cast<std::size_t>(signal)], nullptr);
  }
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
