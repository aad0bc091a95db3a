#include "client/web/download.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "net/error.hh"

namespace client {

namespace {

// What the handler of a fatal signal needs; there is one download at a time.
struct Unfinished {
  const char* path = nullptr;
  int fd = -1;
  bool keep = false;
  std::array<timespec, 2> times{};
};
Unfinished unfinished;

constexpr std::array fatal_signals = {SIGHUP, SIGINT, SIGTERM};

// Only calls that are safe in a handler (signal-safety(7)).
void leave_tidy() {
  if (!unfinished.path) return;
  if (unfinished.keep) {
    futimens(unfinished.fd, unfinished.times.data());
  } else {
    unlink(unfinished.path);
  }
}

extern "C" void on_fatal_signal(int signal) {
  leave_tidy();
  std::signal(signal, SIG_DFL);
  raise(signal);
}

void handle_signals(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  for (const int signal : fatal_signals) sigaddset(&action.sa_mask, signal);
  for (const int signal : fatal_signals) sigaction(signal, &action, nullptr);
}

}  // namespace

Download::Download(std::string name, bool keep) : name_(std::move(name)), keep_(keep) {
  constexpr mode_t mode = 0666;  // less the umask
  if (keep) {
    part_ = name_ + ".part";
    fd_ = net::FileDescriptor(open(part_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, mode));
    if (!fd_) net::fail("open " + part_);
    struct stat about {};
    if (fstat(fd_.get(), &about) != 0 || !S_ISREG(about.st_mode)) net::fail("open " + part_);
    size_ = static_cast<std::uint64_t>(about.st_size);
    if (size_ > 0 && about.st_mtim.tv_sec > 0) modified_ = about.st_mtim.tv_sec;
    lseek(fd_.get(), 0, SEEK_END);
  } else {
    const mode_t mask = umask(0);
    umask(mask);
    part_ = name_ + ".XXXXXX";
    fd_ = net::FileDescriptor(mkostemp(part_.data(), O_CLOEXEC));
    if (!fd_) net::fail("create a file beside " + name_);
    fchmod(fd_.get(), mode & ~mask);
  }
  unfinished = {part_.c_str(), fd_.get(), keep_, {}};
  set_modified(modified_);
  handle_signals(on_fatal_signal);
}

Download::~Download() {
  handle_signals(SIG_DFL);
  if (!completed_) leave_tidy();
  unfinished = {};
}

void Download::start_over() {
  if (ftruncate(fd_.get(), 0) != 0) net::fail("empty " + part_);
  lseek(fd_.get(), 0, SEEK_SET);
  size_ = 0;
}

void Download::set_modified(std::optional<std::int64_t> modified) {
  modified_ = modified;
  const timespec time{static_cast<time_t>(modified.value_or(0)), 0};
  unfinished.times = {time, time};
}

void Download::complete() {
  if (keep_) futimens(fd_.get(), nullptr);
  if (rename(part_.c_str(), name_.c_str()) != 0) net::fail("rename " + part_ + " to " + name_);
  completed_ = true;
}

}  // namespace client
