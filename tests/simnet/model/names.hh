// The name server of the simulated network: answers out of the description (RFC 1035).
#pragma once

#include <optional>

#include "simnet/model/description.hh"
#include "simnet/model/reply.hh"

namespace simnet {

struct NameAnswer {
  Span delay{};
  Packet message;
};

// Answers PTR, A, AAAA and TXT questions about the description's nodes, and anything else with
// "no such name". Nothing when the query is malformed or the answer shall never come.
std::optional<NameAnswer> answer_query(const Description& description, wire::Bytes query);

// The name of a node as seen at one of its addresses, with %n and %a filled in; empty for none.
Labels name_at(const Node& node, const Ip& address);

// The node an address belongs to: a target first, then a hop; null when there is none.
const Node* owner_of(const Description& description, const Ip& address);

}  // namespace simnet
