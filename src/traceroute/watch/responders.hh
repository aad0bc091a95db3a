// Who answers at one TTL. All probes are of one flow, so whoever answers stays the same: another
// one is a change of the path, unless both answer in turn, as behind a balancer that chooses for
// each packet anew.
#pragma once

#include <optional>
#include <vector>

#include "traceroute/trace/probe.hh"

namespace traceroute::watch {

struct Responder {
  net::Address address;
  Verdict verdict = Verdict::router;

  [[nodiscard]] bool same(const Responder& other) const {
    return verdict == other.verdict && address.same_host(other.address);
  }
};

class Responders {
 public:
  struct Change {
    Responder from;
    Responder to;
    Time when{};             // when the first probe was sent that the new one answered
    std::vector<Time> rtts;  // of the new one
  };

  // An answer to a probe, in order of sending. Returns a change once it is certain.
  std::optional<Change> add(const Responder& responder, Time sent, Time rtt);

  // Who answers here, the last one first; empty while nobody has. Several: packets are balanced.
  // Where packets are refused, he who refuses them; he may stand elsewhere, so that is no change.
  [[nodiscard]] const std::vector<Responder>& current() const {
    return is_refused() ? refuser_ : current_;
  }
  [[nodiscard]] bool is_refused() const;
  // Whether packets with this TTL get to the destination, or to one that refuses them.
  [[nodiscard]] bool ends() const;

 private:
  struct Newcomer {
    Responder responder;
    Time sent;
    Time rtt;
  };
  void join(const Responder& responder);
  void forget_unseen();

  std::vector<Responder> current_;
  std::vector<unsigned> unseen_;     // for how many answers each of these has not answered
  unsigned age_ = 0;                 // answers since the last one joined
  std::vector<Newcomer> newcomers_;  // the last answers, if none of the current ones gave them
  std::vector<Responder> refuser_;   // the last one, if there was any
  unsigned refusals_ = 0;            // in a row
};

}  // namespace traceroute::watch
