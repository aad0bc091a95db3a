// Between the measurements and the network: gives each probe its packet, and each answer to the
// probe it belongs to. Any number of measurements share one prober.
#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "traceroute/probe/probe_socket.hh"
#include "traceroute/trace/probe.hh"
#include "wire/icmp.hh"

namespace traceroute {

// The time as measurements take it, and a deadline at it; Time::max() never comes.
inline Time now() { return net::Clock::now().time_since_epoch(); }
inline net::Deadline deadline_at(Time time) { return net::Deadline(net::Clock::time_point(time)); }

// Why no probe of a plan could be sent, as people read it.
std::string send_failure(const Plan& plan, std::error_code error);

class Prober {
 public:
  // The socket outlives the prober. The first probe has this sequence number, or a random one, by
  // which programs that share an id tell theirs apart; the others count on.
  Prober(ProbeSocket& socket, std::optional<std::uint16_t> first_sequence);

  // How many probes went out, and why the next one did not; the rest has not been tried then.
  struct Sending {
    std::size_t count = 0;
    std::error_code error{};
    // The queue is full: there will be room again.
    [[nodiscard]] bool lacks_room() const;
  };
  // Sends probes of a measurement, which is to be forgotten before it goes away.
  Sending try_send(Measurement& measurement, std::span<const std::size_t> probes);
  // The same, but waits for room, if need be for some seconds.
  std::error_code send(Measurement& measurement, std::span<const std::size_t> probes);
  // Takes what has arrived and records it with the measurements. Returns whose answers they were.
  const std::vector<net::Address>& receive();
  // The measurements that were answered, each as often as it was.
  [[nodiscard]] const std::vector<Measurement*>& answered() const { return answered_; }
  // No more answers to its probes are taken.
  void forget(const Measurement& measurement);
  // Whether answers may come.
  [[nodiscard]] bool has_sent() const { return !sent_.empty(); }
  // Whether so many probes are out that more would soon be taken for them: what begins now
  // should wait.
  [[nodiscard]] bool is_crowded() const { return sent_.size() > probes_told_apart_ / 2; }

 private:
  // Where a probe belongs. Probes are numbered in order of sending: that is a probe's key.
  struct Sent {
    Measurement* measurement;  // null if forgotten
    std::size_t probe;
    Time asked;  // when it was given to the system
  };

  [[nodiscard]] std::vector<std::uint8_t> packet(std::size_t key, const Probe& probe) const;
  [[nodiscard]] std::optional<std::size_t> find(std::uint16_t id, std::uint16_t sequence) const;
  [[nodiscard]] std::optional<std::size_t> latest(std::uint64_t number,
                                                  std::uint64_t modulus) const;
  [[nodiscard]] Verdict verdict(const Reply& reply, const Measurement& measurement) const;
  void take_stamp(const Received& arrival);
  void take_packet(const Received& arrival, Reply reply);
  void take_error(const Received& arrival, Reply reply);
  void record(std::optional<std::size_t> key, Reply reply);
  [[nodiscard]] std::size_t next_key() const { return first_key_ + sent_.size(); }
  [[nodiscard]] const Sent* at(std::size_t key) const;
  void forget(const Measurement& measurement, std::size_t probe);

  ProbeSocket& socket_;
  const wire::IcmpFamily& family_;
  std::uint16_t first_sequence_;
  std::uint16_t id_;     // of the first 65,536 probes; the next 65,536 have the next one
  std::uint32_t nonce_;  // of the first probe; the others count on
  std::uint64_t probes_told_apart_;
  std::deque<Sent> sent_;      // from the oldest that is not forgotten on
  std::size_t first_key_ = 0;  // of that one
  bool stamps_agree_ = true;   // the kernel's numbering of probes is that of sent_
  net::Clock::time_point first_sent_;
  std::vector<net::Address> responders_;  // of the last receive()
  std::vector<Measurement*> answered_;
};

}  // namespace traceroute
