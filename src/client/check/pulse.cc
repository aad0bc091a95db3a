#include "client/check/pulse.hh"

#include <system_error>

namespace client {

using namespace std::chrono_literals;

namespace {

constexpr auto interval = 100ms, late = interval + 500ms;

}  // namespace

Pulse::Pulse() {
  try {
    thread_.emplace([this] { beat(); });
  } catch (const std::system_error&) {
    last_ = net::Clock::time_point::max();
  }
}

Pulse::~Pulse() {
  const std::lock_guard lock(mutex_);
  over_ = true;
  end_.notify_one();
}

void Pulse::beat() {
  std::unique_lock lock(mutex_);
  while (!over_) {
    end_.wait_for(lock, interval);
    const auto now = net::Clock::now();
    if (now > last_ + late) last_late_ = now;
    last_ = now;
    next_.notify_all();
  }
}

void Pulse::wait_for_next() {
  std::unique_lock lock(mutex_);
  if (thread_) next_.wait(lock, [this, before = last_] { return last_ != before; });
}

bool Pulse::was_late_since(net::Clock::time_point begin) const {
  const std::lock_guard lock(mutex_);
  return last_late_ >= begin || net::Clock::now() > last_ + late;
}

}  // namespace client
