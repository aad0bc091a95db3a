// When a packet of stage b is sent again.
#pragma once

#include <algorithm>
#include <chrono>
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
// - a second a2 comes, so that no a1 was lost.
class ResendInterval {
 public:
  // Begins with what is known of the server from earlier sessions.
  explicit ResendInterval(std::chrono::milliseconds known = resend_interval) { extend(known); }

  [[nodiscard]] std::chrono::milliseconds get() const { return interval_; }

  // A packet was sent once more.
  void sent_again(std::uint32_t packet_id) { again_[packet_id].sent = net::Clock::now(); }
  // An ack of it came.
  void acked(std::uint32_t packet_id) {
    const auto found = again_.find(packet_id);
    if (found == again_.end()) return;
    Copies& copies = found->second;
    const auto now = net::Clock::now();
    if (copies.acked < copies.sent) copies.acked = now;
    // Some servers send each ack twice, at once.
    if (now - copies.acked > std::chrono::milliseconds(250)) extend(2 * interval_);
  }
  // A second a2 came; the first one did after `time`.
  void late_a2(net::Clock::duration time) { extend(time * 3 / 2); }

 private:
  // Less than the 3 s of silence that end a session.
  static constexpr std::chrono::milliseconds max_interval{2500};

  void extend(net::Clock::duration wished) {
    const auto interval = std::chrono::duration_cast<std::chrono::milliseconds>(wished);
    interval_ = std::clamp(interval, interval_, max_interval);
  }

  struct Copies {
    net::Clock::time_point sent, acked;  // the last one; first after that
  };
  std::map<std::uint32_t, Copies> again_;  // the packets that were sent more than once
  std::chrono::milliseconds interval_ = resend_interval;
};

}  // namespace client
