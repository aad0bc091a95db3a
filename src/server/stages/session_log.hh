// What a client went through in a session, and what it did wrong.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "net/deadline.hh"
#include "server/stages/session_plan.hh"

namespace server {

// Pure: time is passed in.
class SessionLog {
 public:
  // Of a session with so many packets in stage b.
  explicit SessionLog(std::uint32_t num) : packets_(num) {}

  // A right packet of stage b came, and was taken; judges how soon it came again. The clock of the
  // former may have been set meanwhile, and the latter may be late: the longer span counts.
  void packet_came(std::uint32_t packet_id, std::chrono::nanoseconds when,
                   net::Clock::time_point taken);
  // How often a packet has come, and whether an ack of it was decided that is not withheld.
  [[nodiscard]] unsigned arrivals(std::uint32_t packet_id) const {
    return packets_[packet_id].arrivals;
  }
  [[nodiscard]] bool is_acked(std::uint32_t packet_id) const { return packets_[packet_id].acked; }
  void ack_decided(std::uint32_t packet_id, const AckFate& fate);
  // An ack that was decided, perhaps delayed, is on its way.
  void ack_sent(std::uint32_t packet_id) { packets_[packet_id].ack_sent = true; }
  void b2_sent();
  void wrong(wire::Rule rule, const std::string& words);

  // Why packets are not acked: "packet 1: its ack was withheld 2 times; packet 4 never came".
  [[nodiscard]] std::string missing_acks() const;
  // "; b2 overtook the delayed ack of packet 4", or nothing.
  [[nodiscard]] std::string overtaken_acks() const;
  // "acks: 3 withheld, 1 delayed, 0 doubled; wrong: b1 packet 2: resent after 0.1 s (0.5 s at
  // least) [rule 8]"
  [[nodiscard]] std::string text() const;
  // "b1 packet 2: resent … [rule 8], and …"; empty when nothing was wrong.
  [[nodiscard]] std::string wrong_text() const;

 private:
  struct Packet {
    std::chrono::nanoseconds last_came{};
    net::Clock::time_point last_taken;
    unsigned arrivals = 0, withheld = 0;
    bool acked = false, ack_sent = false;
  };

  std::vector<Packet> packets_;  // by packet_id
  unsigned withheld_ = 0, delayed_ = 0, doubled_ = 0;
  std::vector<std::string> overtaken_;  // whose acks b2 has overtaken
  std::vector<std::string> wrong_;
  std::size_t untold_ = 0;
};

}  // namespace server
