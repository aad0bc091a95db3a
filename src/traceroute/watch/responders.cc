#include "traceroute/watch/responders.hh"

#include <algorithm>
#include <utility>

namespace traceroute::watch {

namespace {

// A change is believed after four answers of others in a row, once eight have come from the one
// before. A balancer with two ways does that once in 2,000 times. Where several are known there
// may be more of them: four answers more for each, up to 16.
constexpr unsigned min_age = 8;
std::size_t min_newcomers(std::size_t known) { return 4 * std::min<std::size_t>(known, 4); }
// One of several that has not answered for so long is there no more.
constexpr unsigned max_unseen = 64;
constexpr std::size_t max_responders = 16;  // somebody may answer from any number of addresses

}  // namespace

std::optional<Responders::Change> Responders::add(const Responder& responder, Time sent, Time rtt) {
  if (responder.verdict == Verdict::refusal) {
    refuser_ = {responder};
    ++refusals_;
    return std::nullopt;
  }
  refusals_ = 0;
  const bool known =
      std::ranges::any_of(current_, [&](const Responder& one) { return one.same(responder); });
  ++age_;
  if (!known && age_ > min_age) {
    newcomers_.push_back({responder, sent, rtt});
    if (newcomers_.size() < min_newcomers(current_.size())) return std::nullopt;
    Change change{current_.front(), responder, newcomers_.front().sent, {}};
    current_.clear();
    unseen_.clear();
    for (const Newcomer& newcomer : std::exchange(newcomers_, {})) {
      change.rtts.push_back(newcomer.rtt);
      join(newcomer.responder);
    }
    return change;
  }
  for (const Newcomer& newcomer : std::exchange(newcomers_, {})) join(newcomer.responder);
  join(responder);
  forget_unseen();
  return std::nullopt;
}

// Puts it first.
void Responders::join(const Responder& responder) {
  for (unsigned& count : unseen_) ++count;
  const auto known =
      std::ranges::find_if(current_, [&](const Responder& one) { return one.same(responder); });
  if (known == current_.end()) {
    age_ = 1;
  } else {
    unseen_.erase(unseen_.begin() + (known - current_.begin()));
    current_.erase(known);
  }
  current_.insert(current_.begin(), responder);
  unseen_.insert(unseen_.begin(), 0);
}

// The list is in order of answering: the last one has been unseen for longest.
void Responders::forget_unseen() {
  while (unseen_.back() >= max_unseen || current_.size() > max_responders) {
    unseen_.pop_back();
    current_.pop_back();
  }
}

bool Responders::is_refused() const {
  return !refuser_.empty() && (current_.empty() || refusals_ >= min_newcomers(1));
}

bool Responders::ends() const {
  return !current().empty() && std::ranges::none_of(current(), [](const Responder& one) {
    return one.verdict == Verdict::router;
  });
}

}  // namespace traceroute::watch
