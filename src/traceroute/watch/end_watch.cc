#include "traceroute/watch/end_watch.hh"

#include <algorithm>
#include <cmath>

namespace traceroute::watch {

namespace {

constexpr std::size_t min_losses = 3;      // of the window, to be a loss that lasts
constexpr std::uint64_t min_answers = 20;  // to be over
constexpr double never = 1e-6;             // chance that losses alone look like the end
constexpr double seldom = 1e-5;            // chance that answers come in a row though losses go on

// The share of losses to reckon with: a few answers do not prove that there are none (the rule of
// succession).
double supposed(const Tally& tally) {
  return (static_cast<double>(tally.lost) + 1) / (static_cast<double>(tally.asked) + 2);
}

}  // namespace

std::optional<Event> EndWatch::add(Outcome outcome, bool lossy, Time sent) {
  if (outcome != Outcome::answered) {
    if (missing_in_a_row_++ == 0) first_missing_ = sent;
    lost_in_a_row_ += outcome == Outcome::lost ? 1 : 0;
    answered_in_a_row_ = 0;
    if (lost_since_ || !is_lost()) return std::nullopt;
    lost_since_ = first_missing_;
    // If it comes back, so many may be missing again: a bound may be the cause.
    for (std::uint64_t i = 0; i < missing_in_a_row_; ++i) all_.add(false);
    return Event{.kind = Event::Kind::destination_lost, .when = first_missing_};
  }
  if (lost_since_) {
    const Time since = *lost_since_;
    lost_since_.reset();
    missing_in_a_row_ = lost_in_a_row_ = 0;
    return Event{.kind = Event::Kind::destination_back, .when = sent, .lasted = sent - since};
  }
  for (; missing_in_a_row_ > 0; --missing_in_a_row_) all_.add(false);
  for (; lost_in_a_row_ > 0; --lost_in_a_row_) note(false, first_missing_);
  all_.add(true);
  note(true, sent);
  ++answered_in_a_row_;
  if (lossy_since_ && loss_is_over()) {
    const Event over{.kind = Event::Kind::loss_ends,
                     .when = sent,
                     .tally = episode_,
                     .lasted = sent - *lossy_since_};
    lossy_since_.reset();
    recent_.reset();
    return over;
  }
  if (!lossy_since_ && lossy && recent_.count() >= min_losses) {
    lossy_since_ = first_of_loss_;
    return Event{.kind = Event::Kind::loss_begins, .when = first_of_loss_, .tally = episode_};
  }
  return std::nullopt;
}

void EndWatch::note(bool answered, Time sent) {
  if (!lossy_since_ && recent_.none()) {
    episode_ = {};
    first_of_loss_ = sent;
  }
  episode_.add(answered);
  recent_ <<= 1;
  recent_[0] = !answered;
}

// So many in a row would be missing by chance in one of a million cases: five at least.
bool EndWatch::is_lost() const {
  constexpr double usual = 0.05;  // where losses have been fewer
  // Losses may have begun after a long time without.
  const double present = episode_.lost >= min_losses ? supposed(episode_) : 0;
  const double share = std::clamp(std::max(supposed(all_), present), usual, 0.9);
  const double needed = std::ceil(std::log(never) / std::log(share));
  return all_.lost < all_.asked && static_cast<double>(missing_in_a_row_) >= needed;
}

bool EndWatch::loss_is_over() const {
  const double share = std::clamp(episode_.share(), 1e-6, 0.9);
  const double needed = std::log(seldom) / std::log(1 - share);
  return answered_in_a_row_ >= min_answers && static_cast<double>(answered_in_a_row_) >= needed;
}

void EndWatch::begin_anew() {
  *this = {};
  all_.add(true);
}

}  // namespace traceroute::watch
