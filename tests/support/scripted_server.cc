#include "support/scripted_server.hh"

#include <algorithm>
#include <array>

#include "net/socket.hh"
#include "net/wait.hh"

namespace scripted {

namespace {

net::Address loopback(int family) {
  return net::resolve(family == AF_INET6 ? "::1" : "127.0.0.1", 0, net::Family::any, {}).front();
}

net::Listener listener(const net::Address& address, int type) {
  return std::move(net::listen_on({address}, {type}).front());
}

// A port that nobody listens on; the listener that is opened there later comes late.
std::uint16_t free_port(const net::Address& address, int type) {
  return listener(address.with_port(0), type).address.port();
}

constexpr auto bound = 20s;  // reached by failing tests only

}  // namespace

Server::Server(Ways ways)
    : ways_(std::move(ways)),
      udp_(listener(loopback(ways_.family), SOCK_DGRAM)),
      thread_([this](const std::stop_token& stop) { serve(stop); }) {}

Server::~Server() = default;

void Server::complain(const std::string& text) {
  if (complaint_.empty()) complaint_ = text;
}

void Server::send(int fd, const std::string& name, Packet packet, const net::Address& to) {
  ways_.change(name, packet);
  if (ways_.garbage) {
    for (const std::size_t size :
         std::initializer_list<std::size_t>{0, 1, 11, 12, 15, 17, 19, 21, 27}) {
      (void)net::send_datagram(fd, Packet(size, 0xff), to);
    }
  }
  (void)net::send_datagram(fd, packet, to);
}

void Server::serve(const std::stop_token& stop) {
  std::array<std::uint8_t, 70'000> buffer;
  while (!stop.stop_requested()) {
    if (open_stage_b_at_ && open_stage_b_at_->passed()) {
      stage_b_ = listener(stage_b_.address, SOCK_DGRAM);
      open_stage_b_at_.reset();
    }
    if (open_tcp_at_ && open_tcp_at_->passed()) {
      tcp_ = listener(tcp_.address, SOCK_STREAM);
      open_tcp_at_.reset();
    }
    const auto ready = net::wait_readable(
        {udp_.socket.get(), stage_b_.socket.get(), tcp_.socket.get()}, net::Deadline::after(5ms));
    if (!ready) continue;
    if (*ready == 2) {
      net::Address peer;
      serve_tcp(stop, net::accept_tcp(tcp_.socket.get(), peer));
      continue;
    }
    const int fd = *ready == 0 ? udp_.socket.get() : stage_b_.socket.get();
    const auto datagram = net::receive_datagram(fd, buffer);
    if (!datagram) continue;
    const auto packet = wire::Bytes(buffer).first(std::min(datagram->size, buffer.size()));
    if (*ready == 0) {
      answer_a1(*datagram, packet);
    } else {
      take_b1(*datagram, packet);
    }
  }
}

void Server::answer_a1(const net::Datagram& a1, wire::Bytes packet) {
  if (const auto fault = wire::judge_a1(packet)) return complain("a1: " + fault->text());
  if (ways_.wants_dynamic_source && a1.from.port() < 49152) return complain("source port too low");
  if (a1_count_++ < ways_.a1_lost) return;
  id_ = wire::decode_header(packet)->student_id;
  const bool first = seen_.empty() && acked_.empty();
  if (first || ways_.newest_session_only) {
    seen_.assign(std::min(ways_.num, 10'000U), 0);
    acked_at_.assign(seen_.size(), {});
    acked_.clear();
    const net::Address address = loopback(ways_.family);
    if (ways_.udp_late.count() == 0) {
      stage_b_ = listener(address, SOCK_DGRAM);
    } else {
      stage_b_.address = address.with_port(free_port(address, SOCK_DGRAM));
      open_stage_b_at_ = net::Deadline::after(ways_.udp_late);
    }
  }
  int fd = udp_.socket.get();
  if (ways_.a2_from_fresh_port) {
    fresh_ = net::open_udp(ways_.family, net::LocalPort::any);
    fd = fresh_.get();
  }
  const wire::A2 a2{ways_.num, ways_.len, stage_b_.address.port(), ways_.secrets[0]};
  if (ways_.newest_session_only && first) {
    held_a2_ = wire::encode(a2, id_);
    return;
  }
  if (!held_a2_.empty()) send(fd, "a2", held_a2_, a1.from);
  send(fd, "a2", wire::encode(a2, id_), a1.from);
  const bool ask_no_packets = ways_.num == 0;
  if (ask_no_packets) take_b1(a1, {});
}

void Server::take_b1(const net::Datagram& datagram, wire::Bytes packet) {
  const int fd = stage_b_.socket.get();
  if (ways_.num > 0) {
    const wire::A2 task{ways_.num, ways_.len, 0, ways_.secrets[0]};
    if (const auto fault = wire::judge_b1(packet, task)) return complain("b1: " + fault->text());
    const std::uint32_t id = wire::decode_ack(packet)->packet_id;
    const bool again = acked_.contains(id);
    const auto now = net::Clock::now();
    if (seen_[id]++ > 0 && now - acked_at_[id] < 490ms) complain("a packet came again too soon");
    acked_at_[id] = now;
    if (ways_.refuses_duplicates && again) return complain("a packet came again after its ack");
    if (ways_.in_order_only && id > acked_.size()) return complain("packets out of order");
    if (seen_[id] <= ways_.acks_lost) return;
    acked_.insert(id);
    const bool last = acked_.size() == ways_.num;
    const auto ack = [&](std::uint32_t of) {
      send(fd, "ack", wire::encode(wire::Ack{of}, ways_.secrets[0], id_), datagram.from);
    };
    const bool early_b2 = last && ways_.b2_before_last_ack;
    if (!early_b2) ack(id);
    if (ways_.every_ack_twice) ack(id);
    if (ways_.stale_acks && id > 0) ack(id - 1);
    if (!last) return;
  }
  if (b2_count_++ < ways_.b2_lost) return;
  if (!tcp_.socket && !open_tcp_at_) {
    const net::Address address = loopback(ways_.family);
    if (ways_.tcp_late.count() == 0) {
      tcp_ = listener(address, SOCK_STREAM);
    } else {
      tcp_.address = address.with_port(free_port(address, SOCK_STREAM));
      open_tcp_at_ = net::Deadline::after(ways_.tcp_late);
    }
  }
  const wire::B2 b2{tcp_.address.port(), ways_.secrets[1]};
  send(fd, "b2", wire::encode(b2, ways_.secrets[0], id_), datagram.from);
}

void Server::serve_tcp(const std::stop_token& stop, net::FileDescriptor accepted) {
  net::Stream stream(std::move(accepted));
  const auto deadline = net::Deadline::after(bound);
  const auto send_stream = [&](const Packet& packet, bool in_bytes) {
    const std::size_t piece = in_bytes ? 1 : packet.size();
    for (std::size_t at = 0; at < packet.size(); at += piece) {
      (void)stream.send_all(wire::Bytes(packet).subspan(at, piece), deadline);
      if (in_bytes) std::this_thread::sleep_for(1ms);
    }
  };
  const wire::C2 task{ways_.num2, ways_.len2, ways_.secrets[2], ways_.c};
  Packet c2 = wire::encode(task, ways_.secrets[1], id_);
  ways_.change("c2", c2);
  Packet padding;
  if (ways_.c2_padding_late) padding.assign(c2.begin() + 25, c2.end());
  if (ways_.c2_unpadded || ways_.c2_padding_late) c2.resize(25);
  send_stream(c2, ways_.c2_in_bytes);

  Packet message(wire::wire_size(task.len2));
  for (std::uint32_t i = 0; i < task.num2; ++i) {
    if (ways_.one_recv_a_message) {
      // As a simple server does: whatever one recv() returns is taken for one message.
      Packet large(4096);
      const auto got = stream.receive_some(large, deadline);
      if (got.count != message.size())
        return complain("one recv(), " + std::to_string(got.count) + " bytes");
      message.assign(large.begin(), large.begin() + static_cast<long>(got.count));
    } else if (stream.receive_exactly(message, deadline).ending != net::Ending::full) {
      return complain("the stream ended before message " + std::to_string(i + 1));
    }
    if (const auto fault = wire::judge_d1(message, task)) return complain("d1: " + fault->text());
  }
  Packet more(1);
  const auto rest = stream.receive_ready(more);
  if (ways_.refuses_early_half_close && rest.ending == net::Ending::end)
    complain("half-closed early");
  if (rest.count > 0) complain("more than num2 messages");
  Packet d2 = wire::encode(wire::D2{ways_.secrets[3]}, ways_.secrets[2], id_);
  ways_.change("d2", d2);
  d2.insert(d2.begin(), padding.begin(), padding.end());
  send_stream(d2, ways_.d2_in_bytes);
  while (ways_.keeps_open && !stop.stop_requested()) {
    if (stream.receive_some(more, net::Deadline::after(5ms)).ending != net::Ending::silent) break;
  }
}

}  // namespace scripted
