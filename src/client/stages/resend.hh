// When a packet of stage b is sent again.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>

#include "net/deadline.hh"

namespace client {

// The handout: a packet of stage b is sent again no sooner than every 0.5 s.
inline constexpr auto resend_interval = std::chrono::milliseconds(500);

// 0.5 s, and more for a server that answers every copy, but late: each copy that is sent while its
// answer is on the way makes the next one later still. Two signs tell such a server from one that
// leaves acks out:
// - the ack of a packet comes once more, though the packet was not sent since its first ack;
// - a second a2 comes, so that no a1 was lost. That counts until an ack comes soon: then only the
//   a2 was late.
class ResendInterval {
 public:
  // Begins with what earlier sessions have proved of the server.
  explicit ResendInterval(std::chrono::milliseconds known = resend_interval)
      : proved_(at_least(resend_interval, known)) {}

  [[nodiscard]] std::chrono::milliseconds get() const { return std::max(proved_, guessed_); }
  // What the acks have shown.
  [[nodiscard]] std::chrono::milliseconds proved() const { return proved_; }

  // Another session begins.
  void begin() { packets_.clear(); }
  // A packet was sent.
  void sent(std::uint32_t packet_id) {
    Copies& copies = packets_[packet_id];
    copies.sent = net::Clock::now();
    ++copies.count;
    if (packets_.size() > max_packets) packets_.erase(packets_.begin());
  }
  // An ack of it came.
  void acked(std::uint32_t packet_id) {
    const auto found = packets_.find(packet_id);
    if (found == packets_.end()) return;
    Copies& copies = found->second;
    const auto now = net::Clock::now();
    if (copies.acked < copies.sent) copies.acked = now;
    if (copies.count == 1) {
      if (now - copies.sent < soon) guessed_ = {};
    } else if (now - copies.acked > soon) {  // some servers send each ack twice, at once
      proved_ = at_least(proved_, 2 * get());
    }
  }
  // A second a2 came; the first one did after `time`.
  void late_a2(net::Clock::duration time) { guessed_ = at_least(guessed_, time * 3 / 2); }

 private:
  // Less than the 3 s of silence that end a session.
  static constexpr std::chrono::milliseconds max_interval{2500}, soon{250};
  // That are remembered, the last ones: more than are in flight, however many the server wants.
  static constexpr std::size_t max_packets = 4096;

  static std::chrono::milliseconds at_least(std::chrono::milliseconds interval,
                                            net::Clock::duration wished) {
    return std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(wished), interval,
                      max_interval);
  }

  struct Copies {
    net::Clock::time_point sent, acked;  // the last one; first after that
    unsigned count = 0;
  };
  std::map<std::uint32_t, Copies> packets_;
  std::chrono::milliseconds proved_, guessed_{0};
};

}  // namespace client
