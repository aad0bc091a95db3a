// What becomes of a packet in the simulated network: pure, told the time, deterministic by seed.
#pragma once

#include <map>
#include <random>
#include <tuple>

#include "simnet/model/description.hh"
#include "simnet/model/reply.hh"

namespace simnet {

enum class Fate {
  ignored,      // not IP, multicast, an ICMP error or without a right checksum: not for answering
  lost,         // on the way
  dropped,      // its answer was
  silent,       // came to one who never answers
  limited,      // no answer because of a rate limit
  expired,      // time exceeded
  unreachable,  // any other ICMP error of a hop
  too_big,      // fragmentation needed, packet too big
  reached,      // answered by its destination
  name          // answered by the resolver
};
std::string_view fate_name(Fate fate);

struct Answer {
  Span delay{};  // after the arrival of the probe
  Packet packet;
};

struct Outcome {
  Fate fate = Fate::ignored;
  Ip responder;           // who answered, or who would have
  unsigned distance = 0;  // hops from here to it
  std::vector<Answer> answers;
};

class Network {
 public:
  Network(const Description& description, std::uint64_t seed)
      : description_(description), random_(seed) {}

  // `now` counts from any one point and never goes back.
  Outcome receive(wire::Bytes packet, Span now);

 private:
  struct Journey;
  // Tokens as of inet_peer_xrlim_allow in the Linux kernel: they gather with time up to the burst.
  struct Bucket {
    Span tokens{};
    Span last{};
  };

  double draw();
  bool happens(double share);
  bool leads_to(std::size_t from, const Node* goal);
  std::optional<std::size_t> choose(const Node& node, const Node* goal, const Probe& probe);
  // What a token bucket is for: the same of a node has one each.
  enum class Use { errors, forwarding, echoes };
  bool allowed(const Limit& limit, const Node& node, const Ip& responder, Use use, Span now);
  bool refused(const Node& node, const Probe& probe, Span now);
  Outcome resolve(const Probe& probe);
  Outcome travel(Journey& journey, const Probe& probe);
  Outcome arrive(const Journey& journey, const Probe& probe);
  Outcome fail(const Journey& journey, const Probe& probe, Fate fate, IcmpKind kind,
               std::size_t mtu = 0);
  Outcome answer(const Journey& journey, Outcome outcome, Span delay, Packet packet);

  const Description& description_;
  std::mt19937_64 random_;
  std::map<std::tuple<unsigned, Ip, Use>, Bucket> buckets_;
  std::map<const Node*, unsigned> echoes_;
  std::map<const Node*, std::vector<bool>> leading_;
};

}  // namespace simnet
