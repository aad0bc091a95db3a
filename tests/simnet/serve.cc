#include "simnet/serve.hh"

#include <fcntl.h>

#include <algorithm>
#include <cstdlib>

#include "simnet/interface.hh"
#include "simnet/schedule.hh"

namespace simnet {

namespace {

constexpr std::size_t largest_packet = 65536;
constexpr int max_at_once = 16;
constexpr Span time_to_write = std::chrono::milliseconds(5);

void set_up(const Job& job) {
  raise_loopback();
  for (const auto& [key, value] : job.sysctls) set_sysctl(key, value);
}

Event describe(wire::Bytes packet, const Outcome& outcome) {
  Event event;
  event.fate = outcome.fate;
  event.distance = outcome.distance;
  event.responder = outcome.responder;
  if (const auto probe = parse_probe(packet)) {
    event.destination = probe->destination;
    event.ttl = probe->ttl;
    event.protocol = probe->protocol;
    event.id = probe->id();
    event.sequence = probe->sequence();
  }
  return event;
}

// The loop between the interface and the simulated path.
class Path {
 public:
  Path(const Description& description, const Job& job)
      : interface_(name_, description.local),
        tap_(name_),
        job_(job),
        network_(std::in_place, description, job.seed),
        truth_(job.truth) {}

  void serve(Command& command) {
    const std::array<int, 2> watched{interface_.get(), command.get()};
    while (command.tend()) {
      for (; changes_ < std::min(command.changes(), job_.later.size()); ++changes_) {
        network_.emplace(job_.later[changes_], job_.seed);
      }
      const bool busy = receive();
      send();
      if (busy) continue;
      if (schedule_.left() > time_to_write) truth_.flush();
      wait_for(watched, schedule_);
    }
    while (receive()) {
    }
  }

 private:
  // Takes what has come, but not so much of it that answers must wait; false when nothing has.
  //
  // The tap stands before the interface: what woke the interface is there already, with the time
  // at which it passed. What is read from the interface itself only makes room; but it may have
  // come after the last look at the tap, and wakes nobody once it is read.
  bool receive() {
    bool any = false;
    for (int i = 0; i < max_at_once; ++i) {
      const auto seen = tap_.read(buffer_);
      if (!seen) break;
      any = true;
      const wire::Bytes packet = wire::Bytes(buffer_).first(std::min(seen->size, buffer_.size()));
      seen->outgoing ? answer(packet, seen->real) : truth_.confirm(packet, seen->real);
    }
    while (interface_.read(buffer_) > 0) any = true;
    return any;
  }

  void answer(wire::Bytes packet, Span sent) {
    const Clocks now = read_clocks();
    const Outcome outcome = network_->receive(packet, sent);
    Event event = describe(packet, outcome);
    event.sent = sent;
    event.monotonic = sent - now.real + now.monotonic;
    if (outcome.answers.empty()) truth_.record(event);
    for (const Answer& answer : outcome.answers) {
      schedule_.add({event.monotonic + answer.delay, 0, 0, answer.packet, event});
      event.again = true;
    }
  }

  void send() {
    while (schedule_.left() == Span{}) {
      Departure departure = schedule_.take();
      interface_.write(departure.packet);
      truth_.await(departure.event, std::move(departure.packet));
    }
  }

  static constexpr const char* name_ = "sim0";
  Interface interface_;
  Tap tap_;
  const Job& job_;
  std::optional<Network> network_;
  std::size_t changes_ = 0;
  Truth truth_;
  Schedule schedule_;
  std::vector<std::uint8_t> buffer_ = std::vector<std::uint8_t>(largest_packet);
};

}  // namespace

int serve_path(const Description& description, const Job& job) {
  enter_namespaces();
  set_up(job);
  use_resolver(description.resolver.addresses.front());
  Path path(description, job);
  Command command(job.command, job.user);
  become_punctual();
  path.serve(command);
  return command.exit_status();
}

int serve_link(const Description& description, const Job& job) {
  enter_namespaces();
  const Link& link = *description.link;
  use_resolver(parse_prefix("127.0.0.1")->address);  // where nobody listens: no names, at once
  const net::FileDescriptor near = present_network();
  enter_new_network();
  set_up(job);
  const net::FileDescriptor far = present_network();
  fcntl(far.get(), F_SETFD, 0);
  setenv("SIMNET_FAR", ("/proc/self/fd/" + std::to_string(far.get())).c_str(), 1);
  Interface far_end("sim0", link.far);
  enter_network(near.get());
  set_up(job);
  Interface near_end("sim0", link.near);

  const std::array<Interface*, 2> ends{&near_end, &far_end};
  std::mt19937_64 random(job.seed);
  const auto share = [&] { return std::uniform_real_distribution<>(0, 1)(random); };
  Schedule schedule;
  std::vector<std::uint8_t> buffer(largest_packet);
  Command command(job.command, job.user);
  become_punctual();
  const std::array<int, 3> watched{near_end.get(), far_end.get(), command.get()};
  while (command.tend()) {
    for (std::size_t from = 0; from < ends.size(); ++from) {
      while (const std::size_t size = ends[from]->read(buffer)) {
        if (share() < link.loss) continue;
        const auto delay =
            std::chrono::duration_cast<Span>(link.delay * (1 + link.jitter * (2 * share() - 1)));
        const wire::Bytes packet = wire::Bytes(buffer).first(size);
        schedule.add({monotonic_now() + delay, 0, 1 - from, {packet.begin(), packet.end()}, {}});
      }
    }
    while (schedule.left() == Span{}) {
      const Departure departure = schedule.take();
      ends[departure.interface]->write(departure.packet);
    }
    wait_for(watched, schedule);
  }
  return command.exit_status();
}

}  // namespace simnet
