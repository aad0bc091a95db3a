// Ports that open late: many servers name a port first, and bind or listen afterwards.
#pragma once

#include <chrono>

#include "net/deadline.hh"

namespace client {

// How long tcp_port may refuse; some servers listen 3 s after they named it.
inline constexpr auto max_tcp_late = std::chrono::seconds(4);

// Whether a UDP port refuses for good: one refusal says nothing about later sends.
class PortRefusals {
 public:
  // A datagram goes out.
  void sent() {
    if (!refused_) for_good_ = {};
    refused_ = false;
  }
  // An ICMP error came for it.
  void refused() {
    refused_ = true;
    if (for_good_.never()) for_good_ = net::Deadline::after(std::chrono::seconds(3));
  }
  // Whether the last datagram was refused.
  [[nodiscard]] bool is_refused() const { return refused_; }
  // Whether every datagram of the last 3 s was.
  [[nodiscard]] bool for_good() const { return refused_ && for_good_.passed(); }

 private:
  bool refused_ = false;
  net::Deadline for_good_;
};

}  // namespace client
