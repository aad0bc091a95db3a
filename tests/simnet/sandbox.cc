#include "simnet/sandbox.hh"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "net/error.hh"

namespace simnet {

namespace {

// Lets a file read as `text` in this mount namespace; passed over where there is no such file.
void cover(const std::string& path, const std::string& text) {
  if (access(path.c_str(), F_OK) != 0) return;
  std::string temporary = "/tmp/simnet-XXXXXX";
  const net::FileDescriptor file(mkostemp(temporary.data(), O_CLOEXEC));
  if (!file) net::fail("make a file in /tmp");
  const bool written =
      write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      fchmod(file.get(), 0644) == 0 &&
      mount(temporary.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) == 0;
  const int error = errno;
  unlink(temporary.c_str());  // the mount keeps it
  errno = error;
  if (!written) net::fail("cover " + path);
}

// Where there are several processors, the network has the last one for itself: a real network does
// not take the processor away from those who send into it.
enum class Side { network, command };
void take_processors(Side side) {
  cpu_set_t all;
  if (sched_getaffinity(0, sizeof all, &all) != 0 || CPU_COUNT(&all) < 2) return;
  int last = CPU_SETSIZE - 1;
  while (!CPU_ISSET(last, &all)) --last;
  if (side == Side::network) {
    CPU_ZERO(&all);
    CPU_SET(last, &all);
  } else {
    CPU_CLR(last, &all);
  }
  sched_setaffinity(0, sizeof all, &all);
}

// In the child, after fork: becomes the user and the command, or exits.
[[noreturn]] void become(const std::vector<std::string>& words, const passwd* user) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (user && (initgroups(user->pw_name, user->pw_gid) != 0 || setgid(user->pw_gid) != 0 ||
               setuid(user->pw_uid) != 0)) {
    std::perror("simnet: change user");
    _exit(126);
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  take_processors(Side::command);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  std::fprintf(stderr, "simnet: run %s: %s\n", arguments[0], std::strerror(errno));
  _exit(127);
}

}  // namespace

void enter_namespaces() {
  if (unshare(CLONE_NEWNET | CLONE_NEWNS) != 0) net::fail("make namespaces (this needs root)");
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    net::fail("make the mounts private");
  }
}

void use_resolver(const Ip& resolver) {
  cover("/etc/resolv.conf", "nameserver " + resolver.text() + '\n');
  cover("/etc/nsswitch.conf",
        "passwd: files\ngroup: files\nhosts: files dns\nprotocols: files\nservices: files\n");
  // A name service cache would speak to the world outside.
  if (access("/run/nscd", F_OK) == 0) mount("none", "/run/nscd", "tmpfs", 0, nullptr);
}

void set_sysctl(const std::string& key, const std::string& value) {
  std::string path = "/proc/sys/" + key;
  std::replace(path.begin() + 10, path.end(), '.', '/');
  std::ofstream file(path);
  file << value << std::flush;
  if (!file) net::fail("set " + key + " to \"" + value + '"');
}

net::FileDescriptor present_network() {
  net::FileDescriptor network(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!network) net::fail("open the network namespace");
  return network;
}

void enter_new_network() {
  if (unshare(CLONE_NEWNET) != 0) net::fail("make a network namespace");
}

void enter_network(int descriptor) {
  if (setns(descriptor, CLONE_NEWNET) != 0) net::fail("enter a network namespace");
}

void become_punctual() {
  prctl(PR_SET_TIMERSLACK, 1UL);
  take_processors(Side::network);
  mlockall(MCL_CURRENT | MCL_FUTURE);
  sched_param first{}, none{};
  first.sched_priority = 1;
  if (sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first) == 0) return;
  sched_setscheduler(0, SCHED_OTHER | SCHED_RESET_ON_FORK, &none);
  setpriority(PRIO_PROCESS, 0, -20);
}

Command::Command(const std::vector<std::string>& words, const std::string& user) {
  const passwd* entry = user.empty() ? nullptr : getpwnam(user.c_str());
  if (!user.empty() && !entry) {
    errno = ENOENT;
    net::fail("find the user " + user);
  }
  // What the command leaves behind becomes a child of this process, which ends it.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  sigset_t watched;
  sigemptyset(&watched);
  for (const int signal : {SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGUSR1}) sigaddset(&watched, signal);
  sigprocmask(SIG_BLOCK, &watched, nullptr);
  signals_ = net::FileDescriptor(signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_) net::fail("watch signals");
  child_ = fork();
  if (child_ < 0) net::fail("fork");
  if (child_ == 0) become(words, entry);
}

Command::~Command() {
  // Ending a child makes its own children ours (prctl(2), PR_SET_CHILD_SUBREAPER).
  for (bool any = true; any;) {
    any = false;
    std::ifstream children("/proc/thread-self/children");
    for (pid_t pid = 0; children >> pid; any = true) {
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, 0);
    }
  }
}

bool Command::tend() {
  signalfd_siginfo signal{};
  while (read(signals_.get(), &signal, sizeof signal) == sizeof signal) {
    if (signal.ssi_signo == SIGUSR1) {
      ++changes_;
      continue;
    }
    if (signal.ssi_signo != SIGCHLD) {
      // One from the terminal has reached the command already: twice does no harm.
      kill(child_, static_cast<int>(signal.ssi_signo));
      continue;
    }
    int status = 0;
    while (const pid_t pid = waitpid(-1, &status, WNOHANG)) {
      if (pid < 0) break;
      if (pid != child_) continue;
      status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
      return false;
    }
  }
  return true;
}

}  // namespace simnet
