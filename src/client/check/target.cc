#include "client/check/target.hh"

#include <algorithm>
#include <random>

namespace client {

std::uint16_t next_local_port() {
  constexpr unsigned first = 61000, count = 65536 - first;
  static std::atomic<unsigned> given = std::random_device()();
  return static_cast<std::uint16_t>(first + given++ % count);
}

void Suspects::add(const std::string& what, bool alone) {
  const std::lock_guard lock(mutex_);
  sent_.insert(alone ? sent_.begin() : sent_.end(), {net::Clock::now(), what});
}

void Suspects::answered(net::Clock::time_point a1_sent) {
  const std::lock_guard lock(mutex_);
  std::erase_if(sent_, [&](const Sent& sent) { return sent.when < a1_sent; });
  if (first_unanswered_ < a1_sent) first_unanswered_ = net::Clock::time_point::max();
}

void Suspects::unanswered(net::Clock::time_point a1_sent) {
  const std::lock_guard lock(mutex_);
  first_unanswered_ = std::min(first_unanswered_, a1_sent);
}

std::string Suspects::text() const {
  constexpr std::size_t max_named = 4;
  // A server that answers each a1 on a thread of its own may end before it has answered.
  constexpr auto on_its_way = std::chrono::milliseconds(50);
  const std::lock_guard lock(mutex_);
  std::string text;
  std::size_t named = 0;
  for (const Sent& sent : sent_) {
    if (sent.when - on_its_way < first_unanswered_ && named++ < max_named) {
      text += (text.empty() ? "" : "; or ") + sent.what;
    }
  }
  return named > max_named ? text + "; or one of " + std::to_string(named - max_named) + " more"
                           : text;
}

void MaxTime::add(net::Clock::duration time) {
  const std::int64_t added = std::chrono::ceil<std::chrono::milliseconds>(time).count();
  std::int64_t seen = max_;
  while (seen < added && !max_.compare_exchange_weak(seen, added)) {
  }
}

}  // namespace client
