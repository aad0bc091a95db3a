// The exchanges of messages that the client's stages and the checks of a server (client -c) share.
// Each takes one kind of message; what a missing or an odd one means is for the caller to say.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "client/stages/resend.hh"
#include "net/address.hh"
#include "net/deadline.hh"
#include "net/file_descriptor.hh"
#include "net/stream.hh"
#include "wire/stage.hh"

namespace client {

// The most zero bytes of b1 that fit a datagram behind the header and the packet_id (RFC 768).
inline constexpr std::uint32_t max_len = 65'507 - wire::header_size - 4 - 3;
// When b2 is asked for after the last ack: only a packet that comes again can do so.
inline constexpr auto b2_interval = std::chrono::seconds(1);
// How long tcp_port may refuse: some servers listen 3 s after they named it.
inline constexpr auto max_tcp_late = std::chrono::seconds(4);
// All pauses between the messages of stage d together.
inline constexpr auto all_pauses = std::chrono::milliseconds(2000);

// c2 without its padding, which some servers leave out.
inline constexpr std::size_t c2_size = wire::header_size + wire::c2_len;
inline constexpr std::size_t d2_size = wire::wire_size(wire::d2_len);

// A guess as the end of a line, ": no header?"; empty without one.
inline std::string after_colon(const std::string& guess) {
  return guess.empty() ? "" : ": " + guess;
}

// Whether a UDP port refuses for good: one refusal says nothing about later sends.
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

// The sessions that an a1 which was sent twice has opened, and that another one has replaced: what
// still comes of them says nothing about that one.
class ReplacedSessions {
 public:
  void add(const wire::A2& a2) { replaced_.push_back(a2); }
  // Whether this a2 is one that came before, for the session under way or one of these: the network
  // may double a datagram.
  [[nodiscard]] bool came_before(const wire::A2& a2, const wire::A2& under_way) const;
  // Whether a datagram belongs to one of them, not to the session of this a2.
  [[nodiscard]] bool sent(const net::Address& from, wire::Bytes packet, const wire::A2& a2) const;

 private:
  std::vector<wire::A2> replaced_;
};

// Stages a and b: a datagram, or an ICMP error about one that was sent to `from`.
struct Incoming {
  net::Address from;
  std::error_code error;
  std::vector<std::uint8_t> packet;
  std::chrono::nanoseconds arrival;  // as net::Datagram has it
};
// The next one, without waiting; nullopt when there is none. Throws std::system_error.
std::optional<Incoming> receive(const net::FileDescriptor& socket);

// Stage c: connects to tcp_port, again and again while it is silent, or refuses for no longer than
// `max_late`. Calls `note` with the reason before each new attempt. Throws std::system_error.
net::Stream connect_when_ready(const net::Address& server, std::chrono::milliseconds max_late,
                               net::Deadline deadline,
                               const std::function<void(const std::string&)>& note);

// c2 as far as it came. The first 25 bytes are awaited until the deadline, the 3 of its padding no
// longer than `padding_wait`, 4 too many not at all.
struct ReceivedC2 {
  net::Transfer first;               // ends as `full` when the 25 bytes are there
  std::vector<std::uint8_t> packet;  // whether it does or not
};
ReceivedC2 receive_c2(net::Stream& connection, net::Deadline deadline,
                      std::chrono::milliseconds padding_wait);

// Stage d: what comes after the first 25 bytes of c2, which is c2's padding and then d2.
class AfterC2 {
 public:
  explicit AfterC2(wire::Bytes c2 = {});

  // Waits for more bytes; returns whether any came, or the end of the stream.
  bool receive(net::Stream& connection, net::Deadline deadline);
  // Receives until d2 is there and returns it, with what came behind it; nullopt when the stream
  // ends, when nothing comes for `silence`, or at the deadline.
  std::optional<wire::Bytes> receive_d2(net::Stream& connection, net::Clock::duration silence,
                                        net::Deadline deadline);

  // Whether d2 came, if nothing more will; or what has its size.
  [[nodiscard]] bool has_d2() const { return find_d2(true).has_value(); }
  // What has come so far counts as padding of c2, unless it is more: d2 may come early.
  void end_padding();
  [[nodiscard]] bool ended() const { return ended_; }  // no more bytes will come
  [[nodiscard]] bool full() const { return bytes_.size() >= max_bytes; }
  // What came after the padding that is certain.
  [[nodiscard]] wire::Bytes extra() const;
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

 private:
  [[nodiscard]] std::optional<wire::Bytes> find_d2(bool all) const;

  static constexpr std::size_t max_bytes = std::size_t{64} * 1024;

  std::vector<std::uint8_t> bytes_;
  std::size_t padding_ = 0;  // of c2, as far as it is certain
  bool ended_ = false;
};

}  // namespace client
