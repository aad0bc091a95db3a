#include "traceroute/run/tracer.hh"

#include <cerrno>
#include <ctime>
#include <iterator>

#include "cli/program.hh"
#include "net/wait.hh"
#include "traceroute/run/destination.hh"

namespace traceroute {

namespace {

// A trace takes some 30 KiB of memory; at usual rates there are seldom as many at once.
constexpr std::size_t max_traces = 1024;

}  // namespace

Tracer::Tracer(const Options& options, FamilySockets& sockets, AddressInfo& info)
    : options_(options),
      info_(info),
      output_(options, info),
      resolver_(options.family),
      budget_(options.rate),
      sockets_(sockets) {}

int Tracer::run(Targets& targets, int stop) {
  begin_targets(targets, now());  // an address is known, however soon a signal comes
  while (true) {
    // Received before sending: what has arrived may make a probe needless.
    take_answers();
    const Time time = now();
    if (net::is_readable({stop})) {
      interrupt(targets, time);
      output_.finish();
      return cli::interrupted_status;
    }
    take_turns(time);
    begin_targets(targets, time);
    if (info_.has_news()) show_waiting();
    if (traces_.empty() && targets.ended() && resolver_.waiting() == 0) break;
    wait(targets, stop, time);
  }
  output_.finish();
  return all_went_well_ ? 0 : 1;
}

void Tracer::take_answers() {
  for (const auto& family_socket : sockets_.all) {
    for (const net::Address& responder : family_socket->prober.receive()) info_.expect(responder);
    for (const Measurement* trace : family_socket->prober.answered())
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
  send(traced, due, now);
  while (auto hop = trace.next_settled(now)) traced.hops.push_back(std::move(*hop));
  if (trace.done()) {
    end(traced);
    return;
  }
  constexpr Time room_soon = std::chrono::milliseconds(10);
  set_turn(traced, traced.without_room       ? now + room_soon
                   : due.size() == allowance ? budget_.next(now)
                                             : trace.wake(now));
  output_.show(traced);
}

// What cannot be sent ends the trace, but not before the answers to what could be sent are here.
void Tracer::send(ActiveTrace& traced, std::span<const std::size_t> probes, Time now) {
  constexpr Time room_patience = std::chrono::seconds(3);
  constexpr Time usual_patience = std::chrono::seconds(1);
  Trace& trace = traced.trace;
  const Prober::Sending sending = traced.family_socket.prober.try_send(trace, probes);
  if (sending.count > 0 || !sending.error) traced.without_room.reset();
  if (!sending.error) return;
  const auto unsent = probes.subspan(sending.count);
  if (sending.lacks_room()) {
    if (!traced.without_room) traced.without_room = now;
    if (now < *traced.without_room + room_patience) return trace.withdraw(unsent);
    traced.without_room.reset();
  }
  const Plan& plan = trace.plan();
  if (sending.error.value() == EMSGSIZE && plan.find_mtu) {
    const std::size_t mtu = traced.family_socket.socket.refused_by_mtu();
    bool smaller = mtu > 0;
    for (const std::size_t probe : unsent) smaller = smaller && trace.shrink(probe, mtu);
    if (smaller) return;
  }
  const bool first = unsent.size() == trace.probes().size();
  trace.withdraw(unsent);
  traced.failure = send_failure(plan, sending.error);
  trace.stop(first ? now : now + usual_patience);
}

void Tracer::end(ActiveTrace& traced) {
  traced.ended = std::time(nullptr);
  traced.family_socket.prober.forget(traced.trace);
  turns_.erase({traced.turn, traced.number, &traced});
  if (!traced.failure.empty()) all_went_well_ = false;
  if (options_.reached && traced.failure.empty() && !traced.trace.reached()) {
    const Plan& plan = traced.trace.plan();
    cli::say(plan.name + " (" + plan.destination.host() + "): the destination was not reached");
    all_went_well_ = false;
  }
  if (output_.show(traced)) traces_.erase(&traced.trace);
}

void Tracer::interrupt(const Targets& targets, Time now) {
  for (auto& [measurement, traced] : traces_) {
    Trace& trace = traced->trace;
    if (!trace.done() && traced->failure.empty()) {
      traced->failure = "interrupted: the trace to " + trace.plan().name + " is incomplete";
    }
    trace.stop(now);
    while (auto hop = trace.next_settled(now)) traced->hops.push_back(std::move(*hop));
    traced->ended = std::time(nullptr);
    output_.show(*traced, Names::known);
  }
  if (targets.ended() && resolver_.waiting() == 0) return;
  if (options_.targets.empty()) {
    fail(options_.plan, interrupted_look_up(options_.plan.name));
  } else {
    cli::say("interrupted before the last of the targets");
  }
}

void Tracer::fail(const Plan& plan, const std::string& why) {
  output_.fail(plan, why);
  all_went_well_ = false;
}

void Tracer::show_waiting() {
  for (auto at = traces_.begin(); at != traces_.end();) {
    at = output_.show(*at->second) ? traces_.erase(at) : std::next(at);
  }
}

void Tracer::begin_targets(Targets& targets, Time now) {
  try {
    resolve_next(targets, resolver_);
  } catch (const std::system_error& error) {
    // Those that could be read are traced.
    cli::say(error.what());
    all_went_well_ = false;
  }
  while (may_begin(now)) {
    const auto resolved = resolver_.next();
    if (!resolved) break;
    begin(*resolved, now);
  }
}

bool Tracer::may_begin(Time now) const {
  for (const auto& family_socket : sockets_.all) {
    if (family_socket->prober.is_crowded()) return false;
  }
  return traces_.size() < max_traces && budget_.allowance(now) > 0;
}

void Tracer::begin(const Resolved& resolved, Time now) {
  Plan plan = options_.plan;
  plan.name = resolved.name;
  const auto& addresses = resolved.addresses;
  if (addresses.empty()) {
    fail(plan, resolved.error);
  } else if (options_.both_families) {
    for (const auto family : {net::Family::ipv4, net::Family::ipv6}) {
      const auto found = of_family(addresses, family);
      const std::string wanted = family == net::Family::ipv4 ? "IPv4" : "IPv6";
      if (found.empty()) {
        fail(plan, "resolve " + plan.name + ": no " + wanted + " address");
      } else {
        begin(plan, found.front(), now);
      }
    }
  } else {
    begin(plan, choose(plan.name, addresses, options_, sockets_.refused), now);
  }
}

void Tracer::begin(Plan plan, const net::Address& destination, Time now) {
  set_destination(plan, destination, options_);
  std::unique_ptr<ActiveTrace> traced;
  // One target that cannot be traced does not take the others along.
  try {
    FamilySocket& family_socket = sockets_.towards(plan, options_);
    traced = std::make_unique<ActiveTrace>(plan, family_socket, begun_++);
  } catch (const std::runtime_error& error) {
    fail(plan, error.what());
    return;
  }
  ActiveTrace& added = *traced;
  traces_.emplace(&added.trace, std::move(traced));
  take_turn(added, now);
}

void Tracer::set_turn(ActiveTrace& traced, Time turn) {
  if (traced.trace.done()) return;
  turns_.erase({traced.turn, traced.number, &traced});
  traced.turn = turn;
  turns_.insert({turn, traced.number, &traced});
}

void Tracer::wait(const Targets& targets, int stop, Time now) {
  std::vector<int> fds{stop};
  for (const auto& family_socket : sockets_.all) fds.push_back(family_socket->socket.fd());
  for (const int fd : info_.fds()) fds.push_back(fd);
  if (resolver_.waiting() < max_resolving) {
    if (targets.has_line()) return;  // those before it failed at once
    fds.push_back(targets.fd());
  }
  net::Deadline deadline = info_.deadline();
  if (!turns_.empty()) deadline = deadline.or_sooner(deadline_at(std::get<Time>(*turns_.begin())));
  if (may_begin(now)) {
    fds.push_back(resolver_.fd());
  } else if (resolver_.waiting() > 0 && budget_.allowance(now) == 0) {
    deadline = deadline.or_sooner(deadline_at(budget_.next(now)));
  }
  net::wait_readable_patiently(fds, deadline);
}

}  // namespace traceroute
