// Whether a port refuses for good what is sent to it. Many servers name a port first and open it
// afterwards, so that one refusal says nothing about later sends.
#pragma once

#include <chrono>

#include "net/deadline.hh"

namespace client {

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
