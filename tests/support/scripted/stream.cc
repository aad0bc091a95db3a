// Stages c and d of a scripted server.
#include <algorithm>
#include <array>

#include "support/scripted/session.hh"

namespace scripted {

std::optional<net::Stream> Server::stage_c(Session& session) {
  session.tcp = open_or_reserve(ways_.family, SOCK_STREAM, ways_.tcp_late);
  session.b.tcp_port = session.tcp.address.port();
  int lost = ways_.b2_lost;
  const auto send_b2 = [&](const net::Address& to) {
    if (lost-- > 0) return;
    send(session, "b2", wire::encode(session.b, session.a.secret_a, session.student_id), to);
  };
  send_b2(session.client);
  if (ways_.b2_before_last_ack) {
    session.sleep(30ms);
    send(session, "ack",
         wire::encode(wire::Ack{session.a.num - 1}, session.a.secret_a, session.student_id),
         session.client);
  }
  if (ways_.tcp_late.count() > 0) {
    session.sleep(ways_.tcp_late);
    server::open_port(session.tcp);
  }
  const int fd = session.udp.socket.get();
  std::array<std::uint8_t, 2048> buffer;
  const auto end = net::Deadline::after(silence);
  while (!session.wait(session.tcp.socket.get(), 10ms, false)) {
    if (session.stop || (end.passed() && !ways_.waits_in_c)) return std::nullopt;
    while (const auto again = net::receive_datagram(fd, buffer)) {
      if (!again->error) send_b2(again->from);
    }
  }
  net::FileDescriptor accepted = net::accept_tcp(session.tcp.socket.get()).socket;
  if (!accepted) return std::nullopt;
  session.udp.socket.reset();
  session.tcp.socket.reset();
  return net::Stream(std::move(accepted));
}

bool Server::receive_messages(Session& session, net::Stream& connection) {
  const wire::C2& task = session.c;
  const auto soon = [] { return net::Deadline::after(silence); };
  const std::size_t size = wire::wire_size(task.len2);
  const bool large = ways_.reading == Reading::recv_a_message || ways_.reading == Reading::one_recv;
  Packet buffer(large ? 256 * 1024 : size);
  const std::uint32_t recvs =
      ways_.reading == Reading::one_recv ? std::min(task.num2, 1U) : task.num2;
  for (std::uint32_t i = 0; i < recvs; ++i) {
    const std::size_t awaited = ways_.reading == Reading::one_recv ? size * task.num2 : size;
    for (std::size_t count = 0; count < awaited;) {
      if (!session.wait(connection.get(), silence, ways_.waits_in_d)) return complain("d: silence");
      const auto got = connection.receive_some(std::span(buffer).subspan(count), soon());
      count += got.count;
      if (got.ending != net::Ending::full) return complain("d: the end");
      const bool whole = count == awaited;
      if (ways_.reading != Reading::stream && !whole) {
        return complain("one recv(), " + std::to_string(count) + " bytes");
      }
    }
    if (ways_.checks_first_message && i > 0) continue;
    for (std::size_t at = 0; at < awaited; at += size) {
      const Packet message = read('d', wire::Bytes(buffer).subspan(at, size));
      if (!right('d', wire::judge_d1(message, task))) return false;
    }
  }
  return true;
}

void Server::stage_d(Session& session, net::Stream& connection) {
  const auto soon = [] { return net::Deadline::after(silence); };
  const auto send_stream = [&](const Packet& packet, bool in_bytes) {
    session.sleep(ways_.delay);
    const std::size_t piece = in_bytes ? 1 : packet.size();
    for (std::size_t at = 0; at < packet.size(); at += piece) {
      (void)connection.send_all(wire::Bytes(packet).subspan(at, piece), soon());
      if (in_bytes) std::this_thread::sleep_for(1ms);
    }
  };
  Packet c2 = changed("c2", wire::encode(session.c, session.b.secret_b, session.student_id));
  Packet padding;
  if (ways_.c2_padding_late) {
    padding.assign(c2.begin() + 25, c2.end());
    c2.resize(25);
  }
  send_stream(c2, ways_.c2_in_bytes);
  if (ways_.floods_stream) {
    const Packet junk(4096, 0xff);
    while (!session.stop &&
           connection.send_all(junk, net::Deadline::after(tick)).ending == net::Ending::full) {
    }
    return;
  }
  if (ways_.never_reads) return session.sleep(60s);
  if (!receive_messages(session, connection)) return;
  std::this_thread::sleep_for(10ms);
  Packet more(64);
  const auto rest = connection.receive_ready(more);
  if (ways_.refuses_early_half_close && rest.ending == net::Ending::end)
    complain("half-closed early");
  if (!ways_.takes_more_messages && rest.count > 0) {
    complain("more than num2 messages");
    return;
  }
  if (session.c.num2 == 0 && ways_.no_d2_for_nothing) return;
  Packet d2 = changed("d2", wire::encode(session.d, session.c.secret_c, session.student_id));
  d2.insert(d2.begin(), padding.begin(), padding.end());
  send_stream(d2, ways_.d2_in_bytes);
  if (ways_.keeps_open) session.wait(connection.get(), 8s, false);
  connection.finish(net::Deadline::after(tick));
}

}  // namespace scripted
