#include "traceroute/tracer.hh"

#include <array>
#include <cerrno>
#include <ctime>

#include "net/wait.hh"
#include "traceroute/probe_sockets.hh"

namespace traceroute {

namespace {

// Names that are looked up before their turn has come: some take long.
constexpr std::size_t most_resolving = 64;
// A trace takes some 30 KiB of memory; with the rate and its duration there are seldom so many.
constexpr std::size_t most_traces = 1024;

Time now() { return net::Clock::now().time_since_epoch(); }

net::Deadline deadline_at(Time time) {
  return time == Time::max() ? net::Deadline() : net::Deadline(net::Clock::time_point(time));
}

}  // namespace

Tracer::Tracer(const Options& options, std::vector<net::ProbeSocket>& sockets, Directory& directory)
    : options_(options),
      directory_(directory),
      output_(options, directory),
      resolver_(options.family),
      budget_(options.rate) {
  for (net::ProbeSocket& socket : sockets) {
    lanes_.push_back(std::make_unique<Lane>(Lane{socket, Prober(socket, options.first_sequence)}));
  }
}

bool Tracer::run(Targets& targets) {
  while (true) {
    // Received before sending: what has arrived may make a probe needless.
    take_answers();
    const Time time = now();
    take_turns(time);
    begin_targets(targets, time);
    if (directory_.has_news()) show_waiting();
    if (traced_.empty() && targets.ended() && resolver_.waiting() == 0) return all_went_well_;
    wait(targets, time);
  }
}

void Tracer::take_answers() {
  for (const auto& lane : lanes_) {
    for (const net::Address& responder : lane->prober.receive()) directory_.expect(responder);
    for (const Measurement* trace : lane->prober.told()) set_turn(*traced_.at(trace), Time::min());
  }
}

void Tracer::take_turns(Time now) {
  std::vector<Traced*> ready;
  for (const auto& [turn, number, traced] : turns_) {
    if (turn > now) break;
    ready.push_back(traced);
  }
  for (Traced* traced : ready) take_turn(*traced, now);
}

void Tracer::take_turn(Traced& traced, Time now) {
  Trace& trace = traced.trace;
  const std::size_t allowance = budget_.allowance(now);
  std::vector<std::size_t> due;
  if (allowance > 0) due = trace.due(now, allowance);
  budget_.spend(due.size(), now);
  if (!send(traced, due)) return;
  while (auto hop = trace.next_settled(now)) traced.printer.add(std::move(*hop));
  if (trace.done()) {
    end(traced);
  } else {
    set_turn(traced, due.size() == allowance ? budget_.next(now) : trace.wake(now));
    output_.show(traced);
  }
}

// False, and the trace is no more, if that is not possible.
bool Tracer::send(Traced& traced, std::span<const std::size_t> probes) {
  const auto error = traced.lane.prober.send(traced.trace, probes);
  if (!error) return true;
  const Plan& plan = traced.trace.plan();
  const bool too_big = error.value() == EMSGSIZE && plan.find_mtu;
  if (too_big && traced.trace.shrink(probes.front(), traced.lane.socket.refused_by_mtu())) {
    return true;
  }
  const std::string wall = error.value() == EPERM ? " past the local firewall" : "";
  output_.fail(plan, std::system_error(error, "send to " + plan.destination.host() + wall).what());
  all_went_well_ = false;
  traced.lane.prober.forget(traced.trace);
  turns_.erase({traced.turn, traced.number, &traced});
  traced_.erase(&traced.trace);
  return false;
}

void Tracer::end(Traced& traced) {
  traced.ended = std::time(nullptr);
  traced.lane.prober.forget(traced.trace);
  turns_.erase({traced.turn, traced.number, &traced});
  if (output_.show(traced)) traced_.erase(&traced.trace);
}

void Tracer::show_waiting() {
  for (auto at = traced_.begin(); at != traced_.end();) {
    at = output_.show(*at->second) ? traced_.erase(at) : std::next(at);
  }
}

void Tracer::begin_targets(Targets& targets, Time now) {
  while (resolver_.waiting() < most_resolving) {
    const auto name = targets.next();
    if (!name) break;
    resolver_.ask(*name);
  }
  while (may_begin(now)) {
    const auto resolved = resolver_.next();
    if (!resolved) break;
    begin(*resolved, now);
  }
}

bool Tracer::may_begin(Time now) const {
  for (const auto& lane : lanes_) {
    if (lane->prober.is_crowded()) return false;
  }
  return traced_.size() < most_traces && budget_.allowance(now) > 0;
}

void Tracer::begin(const Resolved& resolved, Time now) {
  Plan plan = options_.plan;
  plan.name = resolved.name;
  try {
    if (resolved.addresses.empty()) throw cli::Failure(resolved.error);
    plan.destination = choose(resolved.addresses);
    plan.packet_size = packet_size(options_, plan.destination.family());
    auto traced = std::make_unique<Traced>(plan, lane_to(plan.destination), begun_++);
    Traced& added = *traced;
    traced_.emplace(&added.trace, std::move(traced));
    output_.begin(added);
    take_turn(added, now);
  } catch (const cli::Failure& failure) {
    output_.fail(plan, failure.what());
    all_went_well_ = false;
  }
}

Tracer::Lane& Tracer::lane_to(const net::Address& destination) {
  const int family = destination.family();
  for (const auto& lane : lanes_) {
    if (lane->socket.family() != family) continue;
    if (lane->in_use) return *lane;
    lane->in_use = true;
    prepare(lane->socket, options_, destination);
    return *lane;
  }
  throw cli::Failure("send to " + destination.host() + ": no socket of its family");
}

void Tracer::set_turn(Traced& traced, Time turn) {
  if (traced.trace.done()) return;
  turns_.erase({traced.turn, traced.number, &traced});
  traced.turn = turn;
  turns_.insert({turn, traced.number, &traced});
}

void Tracer::wait(const Targets& targets, Time now) {
  std::vector<int> fds;
  for (const auto& lane : lanes_) fds.push_back(lane->socket.fd());
  for (const int fd : directory_.fds()) fds.push_back(fd);
  if (resolver_.waiting() < most_resolving) fds.push_back(targets.fd());
  net::Deadline deadline = directory_.deadline();
  if (!turns_.empty()) deadline = deadline.or_sooner(deadline_at(std::get<Time>(*turns_.begin())));
  if (may_begin(now)) {
    fds.push_back(resolver_.fd());
  } else if (resolver_.waiting() > 0 && traced_.size() < most_traces) {
    deadline = deadline.or_sooner(deadline_at(budget_.next(now)));
  }
  net::wait_readable(fds, deadline);
}

}  // namespace traceroute
