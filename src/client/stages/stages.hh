// The four stages from the client's side. The state of the exchange is in the types: each stage
// needs what the one before returned.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <string>
#include <vector>

#include "cli/program.hh"
#include "client/stages/exchange.hh"
#include "net/address.hh"
#include "net/deadline.hh"
#include "net/file_descriptor.hh"
#include "net/stream.hh"
#include "wire/stage.hh"

namespace client {

// Tells on stderr what goes over the wire, when -v asks for it.
class Narrator {
 public:
  explicit Narrator(bool verbose) : verbose_(verbose) {}

  [[nodiscard]] bool is_verbose() const { return verbose_; }

  // "> b1 to 127.0.0.1:4242 at 0.512 s: payload_len …; packet_id 3": one line a message, its fields
  // in clear; the time is that since the session began.
  void sent(const std::string& name, const net::Address& to, wire::Bytes packet,
            const std::string& fields) const;
  // "< ack from …", and a line for each way in which the message is not as expected.
  void received(const std::string& name, const net::Address& from, wire::Bytes packet,
                const std::string& fields, const wire::Header& expected) const;
  // Another session begins.
  void begin() { begin_ = net::Clock::now(); }
  // Anything else that happened.
  void note(const std::string& text) const;

 private:
  [[nodiscard]] std::string time() const;

  bool verbose_;
  net::Clock::time_point begin_ = net::Clock::now();
};

// What all stages share.
struct Exchange {
  std::string host;  // as typed
  std::vector<net::Address> addresses;
  std::uint16_t student_id = 0;
  std::uint32_t window = 1;
  net::Deadline deadline;
  Narrator narrator;
  // Between two messages of stage d; 0 sends them all at once.
  std::chrono::milliseconds pause{0};
};

// Stage d came to no d2: the connection ended, or fell silent.
class NoD2 : public cli::Failure {
  using cli::Failure::Failure;
};

struct AReply {
  wire::A2 message;
  net::Address server;             // where stage b goes: the host that answered, udp_port
  net::FileDescriptor socket;      // the one UDP socket of stages a and b, so that replies find it
  net::Clock::duration time = {};  // from the first a1 to a2
};

struct BReply {
  wire::B2 message;
  net::Address server;  // where stage c goes
};

struct CReply {
  wire::C2 message;
  net::Address server;
  net::Stream connection;
  AfterC2 after;
  std::string odd = {};  // what is wrong with its payload_len, in words: c may be misread
};

// Each throws cli::Failure with one line: the stage, what was awaited from whom, what came.

// Sends a1 until an a2 comes, to each address in turn, again after 1 s. Each a1 opens a session at
// the server, so the newest a2 counts.
AReply stage_a(const Exchange& exchange);
// Sends num packets, at most `window` in flight and each again no sooner than after 0.5 s, later
// where the server answers all copies but late, until all are acked or b2 comes; from 1 s after the
// last ack on, the last packet asks again for a lost b2. As long as nothing is acked the newest a2
// counts: `a` is of its session then.
BReply stage_b(const Exchange& exchange, AReply& a);
// Connects, and takes c2 in either of its sizes, 25 or 28 bytes.
CReply stage_c(const Exchange& exchange, const BReply& b);
// Sends num2 messages and takes d2; throws NoD2 without it. Some servers read all of the messages
// with one recv(), others one message a recv(): the first need them at once, the others apart.
wire::D2 stage_d(const Exchange& exchange, CReply c);

// The secrets of one session, as far as it came, and why it came no further.
struct Outcome {
  std::vector<std::uint32_t> secrets;
  std::exception_ptr failure;
  std::optional<std::string> without_d2 = {};  // what stage d failed with, if for want of d2
};
// All four stages: with the messages of stage d at once, and, if no d2 comes, once more with
// pauses.
Outcome go_through(Exchange exchange);

}  // namespace client
