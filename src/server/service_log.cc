#include "server/service_log.hh"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "cli/program.hh"
#include "net/error.hh"
#include "server/services.hh"

namespace server {

namespace {

// O_NONBLOCK: of a FIFO that nobody reads the opening fails, and does not wait.
int open_log(const std::string& path) {
  const int fd =
      open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0644);
  if (fd < 0) net::fail("open the log " + path);
  return fd;
}

sigset_t hangup_alone() {
  sigset_t hangup;
  sigemptyset(&hangup);
  sigaddset(&hangup, SIGHUP);
  return hangup;
}

}  // namespace

ServiceLog::ServiceLog(const Options& options)
    : path_(options.log_file),
      has_records_(options.json || (options.service->run == run_web && options.verbose)),
      stamped_(options.log_time || isatty(STDERR_FILENO) == 0 ||
               (!path_.empty() && !has_records_)) {
  const int fd = path_.empty() ? -1 : open_log(path_);
  const sigset_t hangup = hangup_alone();
  if (fd >= 0 && sigprocmask(SIG_BLOCK, &hangup, nullptr) != 0) net::fail("watch for SIGHUP");
  cli::log_in_background();
  using Lines = cli::LogWriter::Lines;
  if (fd < 0 && !has_records_) return;
  log_ = std::make_shared<cli::LogWriter>(fd < 0 ? STDOUT_FILENO : -1,
                                          options.json ? Lines::json : Lines::words);
  if (fd < 0) return;
  log_->use(fd);
  reopen_on_hangup();
}

// On a thread of its own, which ends with the process.
void ServiceLog::reopen_on_hangup() {
  std::thread([file = log_, path = path_] {
    const sigset_t hangup = hangup_alone();
    for (int signal = 0; sigwait(&hangup, &signal) == 0;) {
      try {
        file->use(open_log(path));
      } catch (const std::exception& failure) {
        cli::say(failure.what());
      }
    }
  }).detach();
}

void ServiceLog::begin(const std::vector<net::Listener>& listeners) {
  const auto say_all = [&] {
    for (const net::Listener& listener : listeners) cli::say(net::listening_text(listener));
  };
  say_all();
  if (stamped_) cli::stamp_log();
  if (path_.empty() || has_records_) return;
  cli::log_to(log_.get());
  say_all();
}

ServiceLog::~ServiceLog() {
  cli::log_to(nullptr);
  const auto lost = log_ ? log_->finish() : 0;
  if (lost == 0) return;
  cli::say("lines lost of " + (path_.empty() ? "standard output" : "the log " + path_) + ": " +
           std::to_string(lost));
}

}  // namespace server
