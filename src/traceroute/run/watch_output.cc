#include "traceroute/run/watch_output.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>

#include "cli/log.hh"
#include "net/error.hh"
#include "net/socket.hh"
#include "traceroute/report/atlas.hh"
#include "traceroute/report/watch_text.hh"
#include "wire/text.hh"

namespace traceroute {

using watch::Event;
using watch::Round;
using watch::Watch;

namespace {

constexpr auto min_redraw = std::chrono::milliseconds(100);
constexpr std::size_t kept_events = 8;  // for the screen

// A time of the monotonic clock as one of the day.
std::chrono::system_clock::time_point wall(Time time) {
  const auto ago = net::Clock::now() - net::Clock::time_point(time);
  return std::chrono::system_clock::now() -
         std::chrono::duration_cast<std::chrono::system_clock::duration>(ago);
}

std::string stamp(Time time) { return cli::time_stamp(wall(time)); }
std::string stamp_now() { return cli::time_stamp(std::chrono::system_clock::now()); }

// "03:43:23" of "2026-11-26T03:43:23.123Z".
std::string time_of_day(const std::string& time) { return time.substr(11, 8); }

// A pipe that can only be written: poll(2) reports it when nobody has its other end any more.
bool is_pipe(int fd) {
  struct stat file {};
  return fstat(fd, &file) == 0 && S_ISFIFO(file.st_mode) &&
         (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY;
}

// Why a log does not take a line, or 0. Of a pipe that nobody reads any more that is EPIPE, and no
// signal; of one that is full EAGAIN.
int write_to_log(int fd, std::string_view line) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  ssize_t count = 0;
  do count = write(fd, line.data(), line.size());
  while (count < 0 && errno == EINTR);
  const int error = count < 0 ? errno : count < static_cast<ssize_t>(line.size()) ? ENOSPC : 0;
  std::signal(SIGPIPE, before);
  return error;
}

// The hops that a round has asked.
std::vector<Hop> hops_of(const Watch& watch, const Round& round) {
  std::vector<Hop> hops;
  for (const Probe& probe : round.probes()) {
    if (probe.ttl <= watch.last_ttl()) hops.push_back({probe.ttl, {probe}});
  }
  return hops;
}

}  // namespace

WatchOutput::WatchOutput(const Options& options, AddressInfo& info)
    : options_(options),
      info_(info),
      to_stdout_(!options.json && !options.rounds),
      reader_((to_stdout_ || options.json) && is_pipe(STDOUT_FILENO) ? STDOUT_FILENO : -1),
      started_(std::chrono::system_clock::now()) {
  if (options.log.empty()) return;
  constexpr int for_all = 0666;  // as far as the umask allows
  constexpr int how = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  // Nothing is waited for: a pipe without a reader is an error.
  log_ = net::FileDescriptor(open(options.log.c_str(), how, for_all));
  if (!log_) net::fail("open " + options.log);
}

void WatchOutput::begin(const Watch& watch) {
  // Not sooner: what is said before of sockets and addresses is to be seen.
  if (!terminal_ && !options_.json && Terminal::is_there()) {
    terminal_ = std::make_unique<Terminal>(options_.targets != "-");
    to_stdout_ = false;
  }
  tell(stamp_now() + ' ' + start_text(watch));
}

// Whose path it is, where there are several.
std::string WatchOutput::host(const Watch& watch) const {
  return options_.targets.empty() ? "" : ' ' + wire::visible(watch.plan().name) + ':';
}

void WatchOutput::add(const Watch& watch, const Round& round, const std::vector<Event>& events) {
  changed_ = true;
  for (const Event& event : events) {
    const std::string what = host(watch) + ' ' + event_text(event, info_.style());
    const std::string time = stamp(event.when);
    show_event(time_of_day(time) + what);
    tell(time + what);
  }
  if (!options_.json) return;
  // The network, and our address in it, may be another one by now.
  const auto source =
      options_.source.empty() ? net::source_towards(watch.plan().destination) : watch.plan().source;
  const auto second = std::chrono::system_clock::to_time_t(wall(round.start()));
  cli::print(atlas_result(watch.plan(), hops_of(watch, round), round.probes(), info_.style(),
                          {second, std::time(nullptr), source ? source->host() : ""}));
}

void WatchOutput::warn(const std::string& text) {
  if (!terminal_) return cli::say(text);
  show_event(wire::visible(text));
}

void WatchOutput::fail(const std::string& why) {
  warn(why);
  if (terminal_) failures_.push_back(why);
}

void WatchOutput::fail(const Plan& plan, const std::string& why) {
  fail(why);
  if (options_.json) cli::print(atlas_error(plan, why, std::time(nullptr)));
}

void WatchOutput::show_event(const std::string& text) {
  changed_ = true;
  view_.events.push_back(text);
  if (view_.events.size() > kept_events) view_.events.erase(view_.events.begin());
}

void WatchOutput::tell(const std::string& line) {
  const std::string whole = line + '\n';
  if (to_stdout_) cli::print(whole);
  // A full disk is no reason to watch no longer, nor a reader who takes his time.
  const int error = log_ ? write_to_log(log_.get(), lost_words() + whole) : 0;
  if (error == EAGAIN) {
    ++lost_;
  } else if (error != 0) {
    log_ = {};
    log_failed_ = true;
    fail("write to " + options_.log + ": " + std::generic_category().message(error));
  } else {
    lost_ = 0;
  }
}

// What comes first in the log where lines are missing.
std::string WatchOutput::lost_words() const {
  if (lost_ == 0) return "";
  return lost_ == 1 ? "[1 line of this log is lost]\n"
                    : '[' + std::to_string(lost_) + " lines of this log are lost]\n";
}

void WatchOutput::draw(const std::vector<const Watch*>& watches) {
  if (!terminal_ || !changed_ || net::Clock::now() < drawn_ + min_redraw) return;
  changed_ = false;
  drawn_ = net::Clock::now();
  view_.width = Terminal::size().width;
  view_.height = Terminal::size().height;
  view_.colour = environment("NO_COLOR").empty();  // no-color.org
  view_.utf8 = locale_is_utf8();
  if (!options_.targets.empty()) {
    terminal_->show(watch_screen(watches, info_.style(), view_));
  } else if (!watches.empty()) {
    const auto since = watches.front()->lost_since();
    if (since) view_.lost_since = time_of_day(stamp(*since));
    terminal_->show(watch_screen(*watches.front(), info_.style(), view_));
  }
}

net::Deadline WatchOutput::deadline() const {
  return terminal_ && changed_ ? net::Deadline(drawn_ + min_redraw) : net::Deadline();
}

WatchOutput::Wish WatchOutput::take_keys() {
  const auto keys = terminal_ ? terminal_->take_input() : std::nullopt;
  if (!keys) return Wish::none;
  Wish wish = Wish::none;
  changed_ = true;
  for (const char key : *keys) {
    if (key == 'q') return Wish::quit;
    if (key == 'p') view_.paused = !view_.paused;
    if (key == 'n') view_.names = !view_.names;
    if (key == 'r') wish = Wish::reset;
  }
  return wish;
}

bool WatchOutput::finish(const std::vector<const Watch*>& watches) {
  terminal_.reset();
  for (const std::string& why : failures_) cli::say(why);
  for (const Watch* watch : watches) {
    tell(stamp_now() + host(*watch) + ' ' + end_text(*watch));
    if (options_.json) {
      const auto second = std::chrono::system_clock::to_time_t(started_);
      cli::print(watch_summary(*watch, info_.style(), second, std::time(nullptr)));
    } else {
      cli::print(watch_report(*watch, info_.style(), cli::time_stamp(started_), stamp_now()));
    }
  }
  if (lost_ > 0) warn("lines lost of " + options_.log + ": " + std::to_string(lost_));
  return !log_failed_ && lost_ == 0;
}

}  // namespace traceroute
