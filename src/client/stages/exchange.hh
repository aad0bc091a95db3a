// The exchanges of messages that the client's stages and the checks of a server (client -c) share.
// Each takes one kind of message; what a missing or an odd one means is for the caller to say.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

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

// The handout: a packet of stage b is sent again no sooner than every 0.5 s.
inline constexpr auto resend_interval = std::chrono::milliseconds(500);

// 0.5 s, and more for a server that answers every copy, but late: each copy that is sent while its
// answer is on the way makes the next one later still. Two signs tell such a server from one that
// leaves acks out:
// - the ack of a packet comes once more, though the packet was not sent since its first ack;
// - a second a2 comes, so that no a1 was lost. That counts until an ack comes soon: then only the
//   a2 was late.
class ResendInterval {
 public:
  // Begins with what earlier sessions have proved of the server.
  explicit ResendInterval(std::chrono::milliseconds known = resend_interval)
      : proved_(at_least(resend_interval, known)) {}

  [[nodiscard]] std::chrono::milliseconds get() const { return std::max(proved_, guessed_); }
  // What the acks have shown.
  [[nodiscard]] std::chrono::milliseconds proved() const { return proved_; }

  // Another session begins.
  void begin() { packets_.clear(); }
  // A packet was sent.
  void sent(std::uint32_t packet_id) {
    Copies& copies = packets_[packet_id];
    copies.sent = net::Clock::now();
    ++copies.count;
    if (packets_.size() > max_packets) packets_.erase(packets_.begin());
  }
  // An ack of it came.
  void acked(std::uint32_t packet_id) {
    const auto found = packets_.find(packet_id);
    if (found == packets_.end()) return;
    Copies& copies = found->second;
    const auto now = net::Clock::now();
    if (copies.acked < copies.sent) copies.acked = now;
    if (copies.count == 1) {
      if (now - copies.sent < soon) guessed_ = {};
    } else if (now - copies.acked > soon) {  // some servers send each ack twice, at once
      proved_ = at_least(proved_, 2 * get());
    }
  }
  // A second a2 came; the first one did after `time`.
  void late_a2(net::Clock::duration time) { guessed_ = at_least(guessed_, time * 3 / 2); }

 private:
  // Less than the 3 s of silence that end a session.
  static constexpr std::chrono::milliseconds max_interval{2500}, soon{250};
  // That are remembered, the last ones: more than are in flight, however many the server wants.
  static constexpr std::size_t max_packets = 4096;

  static std::chrono::milliseconds at_least(std::chrono::milliseconds interval,
                                            net::Clock::duration wished) {
    return std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(wished), interval,
                      max_interval);
  }

  struct Copies {
    net::Clock::time_point sent, acked;  // the last one; first after that
    unsigned count = 0;
  };
  std::map<std::uint32_t, Copies> packets_;
  std::chrono::milliseconds proved_, guessed_{0};
};

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
  // Whatever comes so far counts as padding of c2, as far as it can.
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
