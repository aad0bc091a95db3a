// A measurement that notes what it is told, for tests of what sends its probes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "traceroute/own_loopback.hh"
#include "traceroute/trace/probe.hh"

namespace traceroute {

class Notes final : public Measurement {
 public:
  explicit Notes(const net::Address& destination = own_loopback()) {
    plan_.destination = destination;
  }
  std::size_t add(std::uint16_t flow = usual_flow, std::size_t size = 60) {
    Probe probe;
    probe.ttl = 5;
    probe.size = size;
    probe.flow = flow;
    probes_.push_back(probe);
    return probes_.size() - 1;
  }
  void make_smaller(std::size_t probe, std::size_t size) {
    probes_[probe].size = size;
    probes_[probe].found_mtu = true;
  }
  [[nodiscard]] const Plan& plan() const override { return plan_; }
  [[nodiscard]] const std::vector<Probe>& probes() const override { return probes_; }
  void left(std::size_t, Time) override {}
  void record(std::size_t probe, Reply reply) override {
    told.emplace_back(probe, std::move(reply));
  }

  std::vector<std::pair<std::size_t, Reply>> told;

 private:
  Plan plan_;
  std::vector<Probe> probes_;
};

}  // namespace traceroute
