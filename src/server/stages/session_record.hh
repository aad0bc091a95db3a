// How a session went, for programs. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "wire/stage.hh"

namespace server {

struct SessionRecord {
  std::string time;  // of its a1, as RFC 3339 has it
  std::uint64_t session = 0;
  std::string peer;
  std::uint16_t port = 0;
  std::uint16_t id = 0;
  char stage = 'b';  // the last one that it reached
  bool complete = false;
  double duration = 0;  // in seconds
  std::uint64_t packets_in = 0, packets_out = 0;
  std::string message;               // that broke a rule: "b1", "d1 2 of 5"; may be empty
  std::optional<wire::Fault> fault;  // the rule that the client broke, if it did
  std::string words;                 // why it ended, unless it is complete
  std::string wrong;                 // what was wrong and did not end it; may be empty
};

// One JSON object on a line of its own (RFC 8259), valid whatever the client has sent. The fields
// are described in server(8).
std::string json_line(const SessionRecord& record);

}  // namespace server
