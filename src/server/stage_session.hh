// One client's way through stages b, c and d, on a thread of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/address.hh"
#include "net/file_descriptor.hh"
#include "net/socket.hh"
#include "net/stream.hh"
#include "server/crew.hh"
#include "wire/stage.hh"

namespace server {

// What the command line sets for every session.
struct StageRules {
  std::chrono::milliseconds silence;  // allowed to a client
  unsigned loss_percent;              // of data packets not acked
  bool verbose;
};

// Everything a session draws when it begins.
struct StageNumbers {
  wire::A2 a;
  wire::B2 b;
  wire::C2 c;
  wire::D2 d;
};

// Fresh numbers: counts and lengths of at least 1, four secrets of at least 1, pairwise different.
// The ports are not among them.
StageNumbers draw_numbers();

// Owns its sockets; they are gone, ports and all, when it is.
class StageSession {
 public:
  // Binds the UDP port of stage b on the address at which the client's a1 arrived, so that it is
  // there before a2 names it. Throws std::system_error.
  StageSession(std::uint64_t number, const net::Address& client, const net::Address& local,
               std::uint16_t student_id, const StageRules& rules);

  // The message that answers a1.
  [[nodiscard]] std::vector<std::uint8_t> a2() const;

  // Goes through the stages until the last secret is out, a rule is broken, the client falls
  // silent, or the crew stops; then says on one line of stderr how it went.
  void run(Crew& crew);

 private:
  class Ended;  // thrown inside: the session is over, and why

  void stage_b();
  net::Stream stage_c();
  void stage_d(net::Stream& connection);

  std::optional<net::Datagram> receive(std::span<std::uint8_t> buffer);
  bool belongs(wire::Bytes packet, const net::Address& from) const;
  bool withhold(std::uint32_t packet_id);
  void send(wire::Bytes packet, const net::Address& to, const std::string& name);
  void receive_d1(net::Stream& connection, std::uint32_t index);
  void expect_no_more(net::Stream& connection);
  void check_stopping() const;
  void narrate(const std::string& text) const;
  std::string summary(const std::string& outcome) const;

  const std::uint64_t number_;
  const std::uint16_t student_id_;
  const StageRules rules_;
  const net::Clock::time_point begin_ = net::Clock::now();
  StageNumbers numbers_ = draw_numbers();
  std::uint32_t surely_withheld_;      // the packet_id whose first arrival is not acked
  std::vector<net::Address> sources_;  // of datagrams with the right psecret; that of a1 first
  net::Listener udp_;
  net::Listener tcp_;
  Crew* crew_ = nullptr;
  char stage_ = 'b';
  std::uint64_t received_ = 0, sent_ = 0;
};

}  // namespace server
