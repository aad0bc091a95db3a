#include "cli/log.hh"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <climits>
#include <condition_variable>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include "cli/write.hh"
#include "wire/text.hh"

namespace cli {

namespace {

constexpr std::size_t max_queued = std::size_t{256} * 1024;  // bytes

std::uint64_t lines_in(std::string_view text) {
  return static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
}

// As many whole lines, one at least, as a pipe takes together: lines of several programs do not
// mix.
std::string_view next_lines(std::string_view text) {
  if (text.size() <= PIPE_BUF) return text;
  std::size_t end = text.rfind('\n', PIPE_BUF - 1);
  if (end == std::string_view::npos) end = text.find('\n');
  return text.substr(0, end + 1);
}

}  // namespace

struct LogWriter::State {
  std::mutex mutex;
  std::condition_variable filled;   // there are lines, or a descriptor, or it is time to leave
  std::condition_variable emptied;  // all is written
  std::string queue;
  std::uint64_t lost = 0;       // since the queue is full
  std::uint64_t unsaid = 0;     // lost, and not reported in the log yet
  std::uint64_t in_flight = 0;  // being written
  bool ending = false, leaving = false;
  int next_fd = -1;

  // These belong to the thread.
  int fd = -1;
  bool owned = false;
  bool torn = false;  // the last line ends in its middle

  const Lines kind;

  State(int descriptor, Lines of) : fd(descriptor), kind(of) {}
  ~State() {
    if (owned) close(fd);
    if (next_fd >= 0) close(next_fd);
  }

  bool write_lines(std::string_view lines, std::uint64_t& refused);
  bool tell_lost(std::uint64_t count);
};

// False when the descriptor refuses some of it; `refused` counts the lines.
bool LogWriter::State::write_lines(std::string_view lines, std::uint64_t& refused) {
  if (torn && write_whole(fd, "\n") == 0) {
    refused += lines_in(lines);
    return false;
  }
  torn = false;
  while (!lines.empty()) {
    const std::string_view together = next_lines(lines);
    const std::size_t done = write_whole(fd, together);
    lines.remove_prefix(done);
    if (done == together.size()) continue;
    torn = done > 0 && together[done - 1] != '\n';
    refused += lines_in(lines);
    return false;
  }
  return true;
}

bool LogWriter::State::tell_lost(std::uint64_t count) {
  const char* const pattern = kind == Lines::json ? "{\"lost\":%llu}\n"
                              : count == 1        ? "[%llu line of this log is lost]\n"
                                                  : "[%llu lines of this log are lost]\n";
  char line[64];
  std::snprintf(line, sizeof line, pattern, static_cast<unsigned long long>(count));
  std::uint64_t refused = 0;
  return write_lines(line, refused);
}

LogWriter::LogWriter(int fd, Lines lines) : state_(std::make_shared<State>(fd, lines)) {
  try {
    std::thread(work, state_).detach();
  } catch (const std::system_error& error) {
    throw std::system_error(error.code(), "start a thread for the log");
  }
}

LogWriter::~LogWriter() {
  const std::lock_guard lock(state_->mutex);
  state_->leaving = true;
  state_->filled.notify_one();
}

void LogWriter::write(std::string_view line) noexcept {
  const std::lock_guard lock(state_->mutex);
  std::string& queue = state_->queue;
  try {
    if (queue.size() + line.size() <= max_queued && state_->lost == 0) {
      queue += line;
    } else {
      ++state_->lost;
    }
  } catch (const std::bad_alloc&) {
    ++state_->lost;
  }
  state_->filled.notify_one();
}

void LogWriter::use(int fd) {
  const std::lock_guard lock(state_->mutex);
  if (state_->next_fd >= 0) close(state_->next_fd);
  state_->next_fd = fd;
  state_->filled.notify_one();  // whoever moved the file away may want the old one closed
}

std::uint64_t LogWriter::finish(std::chrono::milliseconds timeout) noexcept {
  std::unique_lock lock(state_->mutex);
  state_->ending = true;
  state_->filled.notify_one();
  state_->emptied.wait_for(lock, timeout, [this] { return !state_->ending; });
  return state_->unsaid + state_->lost + state_->in_flight + lines_in(state_->queue);
}

void LogWriter::work(const std::shared_ptr<State>& state) {
  State& s = *state;
  std::string batch;
  std::unique_lock lock(s.mutex);
  while (true) {
    s.filled.wait(lock, [&s] {
      return !s.queue.empty() || s.lost > 0 || s.next_fd >= 0 || s.ending || s.leaving;
    });
    if (s.leaving && s.queue.empty()) return;
    const bool ending = s.ending;
    batch.clear();
    batch.swap(s.queue);
    // What was lost while the queue was full comes after what is in it.
    const std::uint64_t lost = std::exchange(s.lost, 0);
    std::uint64_t before = s.unsaid, after = lost;
    s.in_flight = lines_in(batch);
    if (const int fd = std::exchange(s.next_fd, -1); fd >= 0) {
      if (std::exchange(s.owned, true)) close(s.fd);
      s.fd = fd;
      s.torn = false;
    }
    lock.unlock();
    if (before > 0 && s.tell_lost(before)) before = 0;
    if (s.write_lines(batch, after) && after > 0 && s.tell_lost(after)) after = 0;
    lock.lock();
    s.unsaid = before + after;
    s.in_flight = 0;
    if (ending && s.queue.empty()) {
      s.ending = false;
      s.emptied.notify_all();
    }
  }
}

namespace {

std::atomic<LogWriter*> own_log = nullptr;    // of stderr
std::atomic<LogWriter*> other_log = nullptr;  // that say() writes to instead
std::atomic<bool> stamped = false;

}  // namespace

void log_in_background() { own_log = new LogWriter(STDERR_FILENO); }

void log_to(LogWriter* log) { other_log = log; }

void stamp_log() { stamped = true; }

void finish_log() noexcept {
  if (LogWriter* const log = own_log) (void)log->finish();
}

void log_line(std::string_view line) noexcept {
  std::string stamped_line;
  if (stamped) {
    try {
      stamped_line = time_stamp(std::chrono::system_clock::now()) + ' ';
      stamped_line += line;
      line = stamped_line;
    } catch (const std::bad_alloc&) {
      // Better without the time than not at all.
    }
  }
  LogWriter* const other = other_log;
  LogWriter* const log = other ? other : own_log.load();
  if (log) {
    log->write(line);
  } else {
    write_whole(STDERR_FILENO, line);
  }
}

std::string time_stamp(std::chrono::system_clock::time_point when) {
  const auto since = std::chrono::floor<std::chrono::milliseconds>(when.time_since_epoch()).count();
  const auto seconds = static_cast<std::time_t>(since / 1000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return wire::format("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900, utc.tm_mon + 1,
                      utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                      static_cast<int>(since % 1000));
}

}  // namespace cli
