#include "traceroute/run/watch_session.hh"

#include <algorithm>

#include "cli/program.hh"
#include "net/wait.hh"
#include "traceroute/run/destination.hh"

namespace traceroute {

using watch::Round;
using watch::Watch;

WatchSession::WatchSession(const Options& options, FamilySockets& sockets, AddressInfo& info,
                           WatchOutput& output)
    : options_(options),
      info_(info),
      output_(output),
      sockets_(sockets),
      resolver_(options.family),
      budget_(options.rate) {}

int WatchSession::run(Targets& targets, int stop) {
  begin_targets(targets, now());  // an address is known, however soon a signal comes
  while (true) {
    for (const auto& family_socket : sockets_.all) {
      for (const net::Address& responder : family_socket->prober.receive()) {
        info_.expect(responder);
      }
    }
    const Time time = now();
    if (net::is_readable({stop, output_.reader()})) break;
    const WatchOutput::Wish wish = output_.take_keys();
    if (wish == WatchOutput::Wish::quit) break;
    begin_targets(targets, time);
    for (WatchedPath& path : paths_) {
      if (wish == WatchOutput::Wish::reset) path.watch.reset();
      end_rounds(path, time);
      for (const auto& round : path.rounds) send(path, *round, time);
    }
    begin_rounds(time);
    // The report waits for names no longer than a trace does.
    if (over(targets) && info_.deadline().never()) break;
    if (info_.has_news()) output_.names_came();
    output_.draw(watches());
    wait(targets, stop, time);
  }
  if (options_.targets.empty() && !(targets.ended() && resolver_.waiting() == 0)) {
    fail(options_.plan, interrupted_look_up(options_.plan.name));
  }
  for (WatchedPath& path : paths_) {
    for (const auto& round : path.rounds) path.family_socket.prober.forget(*round);
  }
  return output_.finish(watches()) && all_went_well_ ? 0 : 1;
}

void WatchSession::begin_targets(Targets& targets, Time now) {
  try {
    resolve_next(targets, resolver_);
  } catch (const std::system_error& error) {
    output_.fail(error.what());  // those that could be read are watched
    all_went_well_ = false;
  }
  while (const auto resolved = resolver_.next()) begin(*resolved, now);
}

void WatchSession::begin(const Resolved& resolved, Time now) {
  Plan plan = options_.plan;
  plan.name = resolved.name;
  if (resolved.addresses.empty()) return fail(plan, resolved.error);
  set_destination(plan, choose(plan.name, resolved.addresses, options_, sockets_.refused),
                  options_);
  // One target that cannot be watched does not take the others along.
  try {
    FamilySocket& family_socket = sockets_.towards(plan, options_);
    WatchedPath& path = paths_.emplace_back(plan, options_.interval, family_socket);
    // Rounds to many do not begin at the same moment.
    path.next = now + options_.interval * static_cast<Time::rep>(paths_.size() - 1) / 64 %
                          options_.interval;
    queue_.push_back(&path);
  } catch (const std::runtime_error& error) {
    fail(plan, error.what());
    return;
  }
  output_.begin(paths_.back().watch);
}

void WatchSession::fail(const Plan& plan, const std::string& why) {
  output_.fail(plan, why);
  all_went_well_ = false;
}

bool WatchSession::wants_round(const WatchedPath& path) const {
  return !path.ended && !output_.paused() && (!options_.rounds || path.begun < *options_.rounds);
}

// The one that has waited longest comes first: where the rate allows less than they want, all wait
// alike.
void WatchSession::begin_rounds(Time now) {
  while (!queue_.empty() && budget_.allowance(now) > 0) {
    WatchedPath& path = *queue_.front();
    if (!wants_round(path) || now < path.next) break;
    path.rounds.push_back(std::make_unique<Round>(path.watch.next_round(now)));
    ++path.begun;
    // Late once, as after a pause, is not late ever after.
    path.next = std::max(path.next + options_.interval, now + options_.interval / 2);
    queue_.pop_front();
    if (!options_.rounds || path.begun < *options_.rounds) queue_.push_back(&path);
    send(path, *path.rounds.back(), now);
  }
}

void WatchSession::end_rounds(WatchedPath& path, Time now) {
  while (!path.rounds.empty() && path.rounds.front()->done(now)) {
    const auto round = std::move(path.rounds.front());
    path.rounds.pop_front();
    path.family_socket.prober.forget(*round);
    if (path.ended) continue;
    const auto events = path.watch.take(*round);
    output_.add(path.watch, *round, events);
  }
}

// What cannot be sent is lost, as behind a link that is down; where nothing ever could be, there is
// nothing to watch. What this machine has no room for at the moment says nothing about the path.
void WatchSession::send(WatchedPath& path, Round& round, Time now) {
  const auto due = round.due(now);
  if (due.empty()) return;
  budget_.spend(due.size(), now);
  const Prober::Sending sending = path.family_socket.prober.try_send(round, due);
  if (!sending.error) {
    path.failure.clear();
    return;
  }
  const bool nothing = sending.count == 0 && due.front() == 0;  // of the round could be sent
  if (sending.lacks_room()) {
    round.withdraw(due.size() - sending.count);
    if (!nothing) return;
  }
  const std::string why = send_failure(path.watch.plan(), sending.error);
  if (path.begun == 1 && nothing && !sending.lacks_room()) {
    path.ended = true;
    std::erase(queue_, &path);
    fail(path.watch.plan(), why);
  } else if (why != path.failure) {
    output_.warn(why);
  }
  path.failure = why;
}

bool WatchSession::over(const Targets& targets) const {
  if (!targets.ended() || resolver_.waiting() > 0) return false;
  return std::ranges::all_of(paths_, [&](const WatchedPath& path) {
    const bool last = options_.rounds && path.begun >= *options_.rounds;
    return path.ended || (last && path.rounds.empty());
  });
}

std::vector<const Watch*> WatchSession::watches() const {
  std::vector<const Watch*> all;
  for (const WatchedPath& path : paths_) {
    if (!path.ended) all.push_back(&path.watch);
  }
  return all;
}

void WatchSession::wait(const Targets& targets, int stop, Time now) {
  std::vector<int> fds{stop, output_.keys(), output_.signals(), output_.reader(), resolver_.fd()};
  for (const auto& family_socket : sockets_.all) fds.push_back(family_socket->socket.fd());
  for (const int fd : info_.fds()) fds.push_back(fd);
  if (resolver_.waiting() < max_resolving) fds.push_back(targets.fd());
  Time next = Time::max();
  if (!queue_.empty() && wants_round(*queue_.front())) {
    next = std::max(queue_.front()->next, budget_.next(now));
  }
  for (const WatchedPath& path : paths_) {
    // Of one whose probes found no room nothing is awaited.
    if (!path.rounds.empty() && path.rounds.front()->done(now)) next = now;
    for (const auto& round : path.rounds) next = std::min(next, round->wake(now));
  }
  net::wait_readable_patiently(
      fds, info_.deadline().or_sooner(output_.deadline()).or_sooner(deadline_at(next)));
}

}  // namespace traceroute
