#include "client/check/target.hh"

#include <random>

namespace client {

std::uint16_t next_local_port() {
  static std::atomic<unsigned> given = std::random_device()();
  return static_cast<std::uint16_t>(first_local_port + given++ % local_ports);
}

void Suspects::add(const std::string& what, net::Clock::time_point began, bool in_turn) {
  const std::lock_guard lock(mutex_);
  const auto others = std::ranges::find(sent_, false, &Sent::in_turn);
  sent_.insert(in_turn ? others : sent_.end(),
               {began, net::Clock::now(), net::Clock::time_point::max(), what, in_turn});
}

void Suspects::answered(net::Clock::time_point a1_sent, net::Clock::duration time) {
  const std::lock_guard lock(mutex_);
  max_on_its_way_ = std::max(max_on_its_way_, time);
  std::erase_if(
      sent_, [&](const Sent& sent) { return (sent.in_turn ? sent.ended : sent.alive) < a1_sent; });
  for (Sent& sent : sent_) {
    if (sent.ended < a1_sent) sent.alive = std::min(sent.alive, net::Clock::now());
  }
  if (first_unanswered_ < a1_sent) first_unanswered_ = net::Clock::time_point::max();
}

void Suspects::unanswered(net::Clock::time_point a1_sent) {
  const std::lock_guard lock(mutex_);
  first_unanswered_ = std::min(first_unanswered_, a1_sent);
}

std::string Suspects::text() const {
  constexpr std::size_t max_named = 4;
  const std::lock_guard lock(mutex_);
  std::string text;
  std::size_t named = 0;
  for (const Sent& sent : sent_) {
    if (sent.began - max_on_its_way_ < first_unanswered_ && named++ < max_named) {
      text += (text.empty() ? "" : "; or ") + sent.what;
    }
  }
  // The first right a1 that was not answered may have been on its way for longer than any before.
  if (named == 0 && !sent_.empty()) return sent_.front().what;
  return named > max_named ? text + "; or one of " + std::to_string(named - max_named) + " more"
                           : text;
}

OneAtATime::Turn::Turn(OneAtATime& line) : line_(line) {
  std::unique_lock lock(line.mutex_);
  while (net::Clock::now() < line.free_at_) line.left_.wait_until(lock, line.free_at_);
  line.free_at_ = net::Clock::now() + max_turn;
  number_ = ++line.newest_;
}

OneAtATime::Turn::~Turn() {
  const std::lock_guard lock(line_.mutex_);
  if (number_ != line_.newest_) return;  // it has taken too long: another one is on
  line_.free_at_ = {};
  line_.left_.notify_one();
}

A1Limit::Place::Place(A1Limit& limit) : limit_(limit) {
  std::unique_lock lock(limit.mutex_);
  limit.left_.wait(
      lock, [&] { return limit.waiting_alone_ == 0 && limit.on_their_way_ < limit.at_once_; });
  take();
}

A1Limit::Place::~Place() {
  const std::lock_guard lock(limit_.mutex_);
  --limit_.on_their_way_;
  limit_.left_.notify_all();
}

void A1Limit::Place::take() {
  began_alone_ = limit_.on_their_way_++ == 0;
  number_ = ++limit_.newest_;
}

bool A1Limit::Place::be_alone() {
  std::unique_lock lock(limit_.mutex_);
  if (began_alone_ && number_ == limit_.newest_) return false;
  limit_.at_once_ = 1;
  ++limit_.waiting_alone_;
  --limit_.on_their_way_;
  limit_.left_.notify_all();
  limit_.left_.wait(lock, [&] { return limit_.on_their_way_ == 0; });
  --limit_.waiting_alone_;
  take();
  return true;
}

void A1Limit::Place::answered(net::Clock::duration time) {
  const std::lock_guard lock(limit_.mutex_);
  if (time > limit_.soon_) {
    limit_.at_once_ = std::max(limit_.at_once_ / 2, 1);
  } else if (limit_.waiting_alone_ == 0) {
    limit_.at_once_ = std::min(limit_.at_once_ + 1, max_at_once);
    limit_.left_.notify_all();
  }
}

void KnownSecrets::add(std::uint32_t secret, std::string_view name) {
  const std::lock_guard lock(mutex_);
  names_[secret] = name;
}

std::string KnownSecrets::name(std::uint32_t secret) const {
  const std::lock_guard lock(mutex_);
  const auto found = names_.find(secret);
  return found == names_.end() ? "" : std::string(found->second);
}

void MaxTime::add(net::Clock::duration time) {
  const std::int64_t added = std::chrono::ceil<std::chrono::milliseconds>(time).count();
  std::int64_t seen = max_;
  while (seen < added && !max_.compare_exchange_weak(seen, added)) {
  }
}

}  // namespace client
