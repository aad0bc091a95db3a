#include "traceroute/run/tracer.hh"

#include <array>
#include <cerrno>
#include <ctime>

#include "net/wait.hh"
#include "traceroute/run/probe_sockets.hh"

namespace traceroute {

namespace {

// Names that are looked up before their turn has come: some take long.
constexpr std::size_t max_resolving = 64;
// A trace takes some 30 KiB of memory; with the rate and its duration there are seldom so many.
constexpr std::size_t max_traces = 1024;

Time now() { return net::Clock::now().time_since_epoch(); }

net::Deadline deadline_at(Time time) {
  return time == Time::max() ? net::Deadline() : net::Deadline(net::Clock::time_point(time));
}

}  // namespace

Tracer::Tracer(const Options& options, std::vector<ProbeSocket>& sockets, AddressInfo& directory)
    : options_(options),
      info_(directory),
      output_(options, directory),
      resolver_(options.family),
      budget_(options.rate) {
  for (ProbeSocket& socket : sockets) {
    sockets_.push_back(std::make_unique<FamilySocket>(
        FamilySocket{socket, Prober(socket, options.first_sequence)}));
  }
}

bool Tracer::run(Targets& targets) {
  while (true) {
    // Received before sending: what has arrived may make a probe needless.
    take_answers();
    const Time time = now();
    take_turns(time);
    begin_targets(targets, time);
    if (info_.has_news()) show_waiting();
    if (traces_.empty() && targets.ended() && resolver_.waiting() == 0) break;
    wait(targets, time);
  }
  output_.finish();
  return all_went_well_;
}

void Tracer::take_answers() {
  for (const auto& family_socket : sockets_) {
    for (const net::Address& responder : family_socket->prober.receive()) info_.expect(responder);
    for (const Measurement* trace : family_socket->prober.told())
      set_turn(*traces_.at(trace), Time::min());
  }
}

void Tracer::take_turns(Time now) {
  std::vector<ActiveTrace*> ready;
  for (const auto& [turn, number, traced] : turns_) {
    if (turn > now) break;
    ready.push_back(traced);
  }
  for (ActiveTrace* traced : ready) take_turn(*traced, now);
}

void Tracer::take_turn(ActiveTrace& traced, Time now) {
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
bool Tracer::send(ActiveTrace& traced, std::span<const std::size_t> probes) {
  const auto error = traced.family_socket.prober.send(traced.trace, probes);
  if (!error) return true;
  const Plan& plan = traced.trace.plan();
  const bool too_big = error.value() == EMSGSIZE && plan.find_mtu;
  if (too_big &&
      traced.trace.shrink(probes.front(), traced.family_socket.socket.refused_by_mtu())) {
    return true;
  }
  const std::string wall = error.value() == EPERM ? " past the local firewall" : "";
  output_.fail(plan, std::system_error(error, "send to " + plan.destination.host() + wall).what());
  all_went_well_ = false;
  traced.family_socket.prober.forget(traced.trace);
  turns_.erase({traced.turn, traced.number, &traced});
  traces_.erase(&traced.trace);
  return false;
}

void Tracer::end(ActiveTrace& traced) {
  traced.ended = std::time(nullptr);
  traced.family_socket.prober.forget(traced.trace);
  turns_.erase({traced.turn, traced.number, &traced});
  if (output_.show(traced)) traces_.erase(&traced.trace);
}

void Tracer::show_waiting() {
  for (auto at = traces_.begin(); at != traces_.end();) {
    at = output_.show(*at->second) ? traces_.erase(at) : std::next(at);
  }
}

void Tracer::begin_targets(Targets& targets, Time now) {
  while (resolver_.waiting() < max_resolving) {
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
  for (const auto& family_socket : sockets_) {
    if (family_socket->prober.is_crowded()) return false;
  }
  return traces_.size() < max_traces && budget_.allowance(now) > 0;
}

void Tracer::begin(const Resolved& resolved, Time now) {
  Plan plan = options_.plan;
  plan.name = resolved.name;
  try {
    if (resolved.addresses.empty()) throw cli::Failure(resolved.error);
    plan.destination = choose(resolved.addresses);
    plan.packet_size = packet_size(options_, plan.destination.family());
    auto traced = std::make_unique<ActiveTrace>(plan, lane_to(plan.destination), begun_++);
    ActiveTrace& added = *traced;
    traces_.emplace(&added.trace, std::move(traced));
    output_.begin(added);
    take_turn(added, now);
  } catch (const cli::Failure& failure) {
    output_.fail(plan, failure.what());
    all_went_well_ = false;
  }
}

Tracer::FamilySocket& Tracer::lane_to(const net::Address& destination) {
  const int family = destination.family();
  for (const auto& family_socket : sockets_) {
    if (family_socket->socket.family() != family) continue;
    if (family_socket->in_use) return *family_socket;
    family_socket->in_use = true;
    prepare(family_socket->socket, options_, destination);
    return *family_socket;
  }
  throw cli::Failure("send to " + destination.host() + ": no socket of its family");
}

void Tracer::set_turn(ActiveTrace& traced, Time turn) {
  if (traced.trace.done()) return;
  turns_.erase({traced.turn, traced.number, &traced});
  traced.turn = turn;
  turns_.insert({turn, traced.number, &traced});
}

void Tracer::wait(const Targets& targets, Time now) {
  std::vector<int> fds;
  for (const auto& family_socket : sockets_) fds.push_back(family_socket->socket.fd());
  for (const int fd : info_.fds()) fds.push_back(fd);
  if (resolver_.waiting() < max_resolving) fds.push_back(targets.fd());
  net::Deadline deadline = info_.deadline();
  if (!turns_.empty()) deadline = deadline.or_sooner(deadline_at(std::get<Time>(*turns_.begin())));
  if (may_begin(now)) {
    fds.push_back(resolver_.fd());
  } else if (resolver_.waiting() > 0 && traces_.size() < max_traces) {
    deadline = deadline.or_sooner(deadline_at(budget_.next(now)));
  }
  net::wait_readable(fds, deadline);
}

}  // namespace traceroute
