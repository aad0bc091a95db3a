#include <algorithm>
#include <optional>
#include <system_error>

#include "client/stages/exchange.hh"
#include "client/stages/stages.hh"
#include "net/datagram.hh"
#include "net/socket.hh"
#include "net/wait.hh"
#include "wire/diagnosis.hh"

namespace client {

namespace {

constexpr auto a1_interval = std::chrono::seconds(1);
// A refused a1 opened no session, so it may be repeated sooner.
constexpr auto refused_interval = std::chrono::milliseconds(200);

// One of the host's addresses, and how it fares.
struct Candidate {
  net::Address address;
  std::string seen = "no answer";
  PortRefusals refusals = {};
  bool wrong = false;  // its a2 leads nowhere
};

class StageA {
 public:
  explicit StageA(const Exchange& exchange) : exchange_(exchange) {
    for (const net::Address& address : exchange.addresses) candidates_.push_back({address});
  }

  AReply run() {
    while (!reply_) {
      if (exchange_.deadline.passed() || given_up()) fail();
      if (due_.passed()) send_next();
      net::wait_readable({ipv4_.get(), ipv6_.get()}, due_.or_sooner(exchange_.deadline));
      take_until_a2(ipv4_);
      take_until_a2(ipv6_);
    }
    reply_->socket = std::move(socket_for(reply_->server));
    return std::move(*reply_);
  }

 private:
  net::FileDescriptor& socket_for(const net::Address& address) {
    net::FileDescriptor& socket = address.family() == net::Family::ipv6 ? ipv6_ : ipv4_;
    if (!socket) socket = net::open_udp(address.family(), net::LocalPort::dynamic);
    return socket;
  }

  void send_next() {
    Candidate& candidate = candidates_[turn_++ % candidates_.size()];
    const auto packet = wire::encode_a1(exchange_.student_id);
    exchange_.narrator.sent("a1", candidate.address, packet, "\"hello world\\0\"");
    due_ = net::Deadline::after(a1_interval);
    candidate.refusals.sent();
    if (const auto error = send(packet, candidate.address)) refuse(candidate, error);
  }

  // An address that cannot be tried, say because this machine lacks its family, has failed like one
  // that refuses.
  std::error_code send(wire::Bytes packet, const net::Address& to) {
    try {
      return net::send_datagram(socket_for(to).get(), packet, to);
    } catch (const std::system_error& error) {
      return error.code();
    }
  }

  // The next address is tried at once; when all have refused, the first again after a while.
  void refuse(Candidate& candidate, std::error_code error) {
    exchange_.narrator.note("  " + candidate.address.text() + ": " + error.message());
    candidate.seen = error.message();
    candidate.refusals.refused();
    const bool all = std::ranges::all_of(
        candidates_, [](const Candidate& c) { return c.refusals.is_refused(); });
    due_ = all ? net::Deadline::after(refused_interval) : net::Deadline::after({});
  }

  bool given_up() const {
    return std::ranges::all_of(candidates_,
                               [](const Candidate& c) { return c.wrong || c.refusals.for_good(); });
  }

  void take_until_a2(net::FileDescriptor& socket) {
    // What comes behind an a2 is for stage b: another a2, or a b2 where there is nothing to send.
    for (int i = 0; i < net::max_in_turn && socket && !reply_; ++i) {
      const auto incoming = receive(socket);
      if (!incoming) return;
      for (Candidate& candidate : candidates_) {
        candidate.address = candidate.address.settled_by(incoming->from);
      }
      if (incoming->error) {
        const auto asked = std::ranges::find(candidates_, incoming->from, &Candidate::address);
        if (asked != candidates_.end()) refuse(*asked, incoming->error);
      } else {
        take(incoming->packet, incoming->from);
      }
    }
  }

  // Anybody can send to this socket. What comes from another port or host than the one asked must
  // at least be usable as an a2, and from another host look like one.
  bool is_strangers(wire::Bytes packet, const wire::A2& message, const net::Address& from,
                    bool host_asked) const {
    if (std::ranges::find(candidates_, from, &Candidate::address) != candidates_.end())
      return false;
    if (wire::judge_port(message)) return true;
    return !host_asked && wire::decode_header(packet)->payload_len != wire::a2_len;
  }

  void take(wire::Bytes packet, const net::Address& from) {
    const auto asked = std::ranges::find_if(
        candidates_, [&](const Candidate& c) { return c.address.same_host(from); });
    const bool is_text = !wire::quoted_text(packet).empty();
    const auto message = is_text ? std::nullopt : wire::decode_a2(packet);
    if (message && is_strangers(packet, *message, from, asked != candidates_.end())) {
      exchange_.narrator.note("< ignored " + std::to_string(packet.size()) + " bytes from " +
                              from.text() + ", a stranger");
      return;
    }
    if (!message) {
      const std::string seen = std::to_string(packet.size()) + " bytes came, 28 expected" +
                               after_colon(wire::guess_in_place_of(wire::Message::a2, packet));
      exchange_.narrator.note("< ignored from " + from.text() + ": " + seen);
      const bool answers = asked != candidates_.end() && asked->address == from;
      (asked == candidates_.end() ? candidates_.front() : *asked).seen =
          answers ? seen : seen + ", from " + from.text();
      return;
    }
    exchange_.narrator.received("a2", from, packet, wire::text(*message),
                                wire::server_header(wire::Message::a2, 0, exchange_.student_id));
    // A server with several addresses may answer from another than the one asked; the one asked is
    // known to be reachable.
    if (asked == candidates_.end()) {
      exchange_.narrator.note("  deviation: a2 came from " + from.host() + ", which was not asked");
    }
    const net::Address& last = candidates_[(turn_ - 1) % candidates_.size()].address;
    const net::Address& server = asked == candidates_.end() ? last : asked->address;
    // No stranger's: it is one that was asked.
    if (const auto fault = wire::judge_port(*message)) {
      asked->seen = "a2: " + fault->text();
      exchange_.narrator.note("  deviation: " + asked->seen);
      asked->wrong = true;
      due_ = net::Deadline::after({});
      return;
    }
    reply_ = AReply{*message,
                    server.with_port(static_cast<std::uint16_t>(message->udp_port)),
                    {},
                    net::Clock::now() - begin_};
  }

  [[noreturn]] void fail() const {
    std::string text = "stage a: awaited a2 (28 bytes) from " + exchange_.host + ": ";
    for (const Candidate& candidate : candidates_) {
      if (&candidate != &candidates_.front()) text += "; ";
      text += candidate.address.text() + ": " + candidate.seen;
    }
    throw cli::Failure(text);
  }

  const Exchange& exchange_;
  const net::Clock::time_point begin_ = net::Clock::now();
  std::vector<Candidate> candidates_;
  std::size_t turn_ = 0;
  net::FileDescriptor ipv4_, ipv6_;
  net::Deadline due_ = net::Deadline::after({});
  std::optional<AReply> reply_;
};

}  // namespace

AReply stage_a(const Exchange& exchange) { return StageA(exchange).run(); }

}  // namespace client
