// What an exercised client went through in a session, and what it did wrong.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "server/stages/session_plan.hh"

namespace server {

// Pure: time is passed in.
class ExerciseLog {
 public:
  // A right packet of stage b came, at a time on any clock; judges how soon it came again.
  void packet_came(const wire::A2& task, std::uint32_t packet_id, std::chrono::nanoseconds when);
  void ack_decided(const AckFate& fate);
  void wrong(wire::Rule rule, const std::string& words);

  // "acks: 3 withheld, 1 delayed, 0 doubled; wrong: b1 2 of 5: resent after 0.1 s (0.5 s at least)
  // [rule 8]"
  [[nodiscard]] std::string text() const;

 private:
  std::map<std::uint32_t, std::chrono::nanoseconds> last_came_;
  unsigned withheld_ = 0, delayed_ = 0, doubled_ = 0;
  std::vector<std::string> wrong_;
  std::size_t untold_ = 0;
};

}  // namespace server
