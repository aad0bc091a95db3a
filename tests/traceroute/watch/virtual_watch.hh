// A path watched through the simulated network in virtual time: hundreds of rounds in a moment, the
// network another one from a given time on.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "support/virtual_network.hh"
#include "traceroute/watch/watch.hh"

namespace traceroute::watch {

class VirtualWatch {
 public:
  VirtualWatch(const simnet::Description& description, Time interval, std::uint64_t seed = 1,
               Plan watched = plan())
      : network_(std::make_unique<simnet::Network>(description, seed)),
        seed_(seed),
        watch(std::move(watched), interval) {}

  static Plan plan() {
    Plan plan;
    plan.destination = net::resolve("192.0.2.10", 0, net::Family::ipv4, {})[0];
    plan.name = "192.0.2.10";
    return plan;
  }

  // From now on packets go through another network; through none if it is null.
  void change(const simnet::Description* description) {
    network_ = description ? std::make_unique<simnet::Network>(*description, seed_) : nullptr;
  }

  // Plays so many rounds from now on through another network, or through the same, and waits for
  // their answers.
  void play(std::uint64_t rounds, const simnet::Description& description) {
    change(&description);
    play(rounds);
  }
  void play(std::uint64_t rounds) {
    while (rounds > 0 || !rounds_.empty()) {
      deliver();
      while (!rounds_.empty() && rounds_.front().round->done(now)) {
        for (const Event& event : watch.take(*rounds_.front().round)) events.push_back(event);
        rounds_.pop_front();
        if (after_round) after_round();
      }
      if (rounds > 0 && now >= next_round_) {
        rounds_.push_back({std::make_unique<Round>(watch.next_round(now)), first_sequence_});
        next_round_ = now + watch.interval();
        --rounds;
      }
      Time next = rounds > 0 ? next_round_ : Time::max();
      for (Live& live : rounds_) {
        for (const std::size_t index : live.round->due(now)) send(live, index);
        next = std::min(next, live.round->wake(now));
      }
      if (!on_the_way_.empty()) next = std::min(next, on_the_way_.begin()->first);
      if (rounds_.empty() && rounds == 0) break;
      if (next < now) throw std::logic_error("time goes back");
      if (next != Time::max()) now = next;
    }
  }

  [[nodiscard]] std::size_t count(Event::Kind kind) const {
    return static_cast<std::size_t>(std::ranges::count(events, kind, &Event::kind));
  }

 private:
  struct Live {
    std::unique_ptr<Round> round;
    std::uint16_t sequence;  // unique for a while
  };
  struct Arrival {
    std::uint64_t round;  // its number
    std::size_t index;
    Reply reply;
  };

  void send(Live& live, std::size_t index) {
    packets += 1;
    if (!network_) return;
    const Probe& probe = live.round->probes()[index];
    const auto outcome =
        network_->receive(packet_of(probe, static_cast<std::uint16_t>(index)), now);
    for (const auto& answer : outcome.answers) {
      const Time arrived = now + answer.delay;
      on_the_way_.insert(
          {arrived, {live.round->number(), index, reply_of(answer.packet, arrived).second}});
    }
  }
  // What comes too late is not taken, as by a prober that has been told to forget the round.
  void deliver() {
    for (; !on_the_way_.empty() && on_the_way_.begin()->first <= now;
         on_the_way_.erase(on_the_way_.begin())) {
      Arrival& arrival = on_the_way_.begin()->second;
      for (Live& live : rounds_) {
        if (live.round->number() == arrival.round) live.round->record(arrival.index, arrival.reply);
      }
    }
  }

  std::unique_ptr<simnet::Network> network_;
  std::uint64_t seed_;
  std::deque<Live> rounds_;
  std::multimap<Time, Arrival> on_the_way_;
  Time next_round_{};
  std::uint16_t first_sequence_ = 0;

 public:
  Watch watch;
  Time now = std::chrono::hours(1);
  std::vector<Event> events;
  std::size_t packets = 0;
  std::function<void()> after_round;
};

// 10 hops, 100 ms: what all are like, what hop 4 is like, and what the destination is like.
inline simnet::Description ten_hops(const std::string& all = "", const std::string& fourth = "",
                                    const std::string& target = "") {
  return describe("all delay 10 " + all + "\nhops 3\nhop " + fourth +
                  "\nhops 5\ntarget 192.0.2.10 " + target + '\n');
}

// What the missing answers mean, hop by hop: "- - - L L L".
inline std::string meanings(const Watch& watch) {
  std::string text;
  for (int ttl = 1; ttl <= watch.last_ttl(); ++ttl) {
    text += std::string(ttl > 1 ? " " : "") + "-?LlsR"[static_cast<int>(watch.meaning(ttl))];
  }
  return text;
}

}  // namespace traceroute::watch
