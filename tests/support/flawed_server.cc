#include "support/flawed_server.hh"

#include <array>

#include "net/datagram.hh"
#include "net/kernel.hh"
#include "net/wait.hh"

namespace flawed {

namespace {

constexpr auto silence = 3s;
constexpr auto tick = 50ms;  // how soon a session sees that the test is over

net::Listener listen_on_loopback(int type) {
  const auto loopback = net::resolve("127.0.0.1", 0, net::Family::ipv4, {}).front();
  return std::move(net::listen_on({loopback}, {type}).front());
}

// Not two sessions of a test have a secret in common, or one could do harm to the other.
std::atomic<std::uint32_t> next_secret = 1000;

}  // namespace

struct Server::Session {
  std::stop_token stop;
  int number = 0;
  net::Address client;
  std::uint16_t student_id = 0;
  net::Listener udp = {}, tcp = {};
  wire::A2 a{};
  wire::B2 b{};
  wire::C2 c{};
  wire::D2 d{};

  // False when the span, or the test, is over.
  bool wait(int fd, std::chrono::milliseconds span, bool for_ever) const {
    const auto end = net::Deadline::after(span);
    while (!stop.stop_requested() && (for_ever || !end.passed())) {
      if (net::wait_readable({fd}, net::Deadline::after(tick))) return true;
    }
    return false;
  }
};

Server::Server(Flaws flaws)
    : flaws_(std::move(flaws)),
      udp_(listen_on_loopback(SOCK_DGRAM)),
      first_secret_(next_secret += 4),
      thread_([this](const std::stop_token& stop) { serve(stop); }) {}

Server::~Server() = default;

bool Server::right(char stage, const std::optional<wire::Fault>& fault) const {
  return !fault || flaws_.unchecked.contains({stage, fault->rule});
}

Packet Server::changed(const std::string& name, Packet packet) const {
  flaws_.change(name, packet);
  return packet;
}

void Server::serve(const std::stop_token& stop) {
  net::enlarge_receive_buffer(udp_.socket.get());
  std::array<std::uint8_t, 2048> buffer;
  for (int number = 0; !stop.stop_requested();) {
    if (!net::wait_readable({udp_.socket.get()}, net::Deadline::after(tick))) continue;
    const auto a1 = net::receive_datagram(udp_.socket.get(), buffer);
    if (!a1) continue;
    const auto packet = wire::Bytes(buffer).first(std::min(a1->size, buffer.size()));
    if (!right('a', wire::judge_a1(packet)) || number == flaws_.dies_after) continue;
    const std::uint16_t student_id = wire::decode_header(packet)->student_id;
    if (!flaws_.serves(student_id)) continue;
    Session session{stop, ++number, a1->from, student_id, listen_on_loopback(SOCK_DGRAM)};
    const std::uint32_t first = flaws_.same_secrets ? first_secret_ : next_secret += 4;
    session.a = {4, 5, session.udp.address.port(), first};
    session.b = {0, first + 1};
    session.c = {4, 6, first + 2, 0x63};
    session.d = {first + 3};
    const auto a2 = changed("a2", wire::encode(session.a, student_id));
    (void)net::send_datagram(udp_.socket.get(), a2, a1->from);
    std::erase_if(sessions_, [](const Running& running) { return running.over->load(); });
    auto over = std::make_shared<std::atomic<bool>>(false);
    std::jthread thread([this, moved = std::move(session), over]() mutable {
      run(moved);
      *over = true;
    });
    sessions_.push_back({std::move(over), std::move(thread)});
  }
}

void Server::run(Session& session) {
  if (flaws_.floods) return flood(session);
  if (!stage_b(session)) return;
  auto connection = stage_c(session);
  if (connection && !flaws_.closes_at_once) stage_d(session, *connection);
}

void Server::flood(const Session& session) {
  constexpr std::size_t count = 1000, longest = 40;
  for (std::size_t i = 0; i < count && !session.stop.stop_requested(); ++i) {
    (void)net::send_datagram(session.udp.socket.get(), Packet(i % longest, 0xff), session.client);
    std::this_thread::sleep_for(1ms);
  }
}

bool Server::stage_b(Session& session) {
  const int fd = session.udp.socket.get();
  std::set<std::uint32_t> seen, acked;
  const std::size_t enough = flaws_.b2_early ? session.a.num - 1 : session.a.num;
  std::array<std::uint8_t, 2048> buffer;
  net::Address from;
  auto silent = net::Deadline::after(silence);
  while (acked.size() < enough) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(silent.remaining());
    if (!session.wait(fd, left, flaws_.waits_in_b)) return false;
    const auto datagram = net::receive_datagram(fd, buffer);
    if (!datagram || datagram->error) continue;
    const auto packet = wire::Bytes(buffer).first(std::min(datagram->size, buffer.size()));
    from = datagram->from;
    const auto fault = wire::judge_b1(packet, session.a);
    if (!right('b', fault)) {
      // A stranger harms no session.
      const auto header = wire::decode_header(packet);
      const bool knows_secret = header && header->psecret == session.a.secret_a;
      if (flaws_.goes_on_after_faults || (from != session.client && !knows_secret)) continue;
      return false;
    }
    silent = net::Deadline::after(silence);
    const auto id = wire::decode_ack(packet)->packet_id;
    const bool first_time = seen.insert(id).second;
    if (first_time && id == 1 && !flaws_.acks_all) continue;
    acked.insert(id);
    const auto ack = wire::encode(wire::Ack{id}, session.a.secret_a, session.student_id);
    (void)net::send_datagram(fd, changed("ack", ack), from);
  }
  session.client = from;
  return true;
}

std::optional<net::Stream> Server::stage_c(Session& session) {
  session.tcp = listen_on_loopback(SOCK_STREAM);
  session.b.tcp_port = session.tcp.address.port();
  const auto b2 = changed("b2", wire::encode(session.b, session.a.secret_a, session.student_id));
  const int fd = session.udp.socket.get();
  (void)net::send_datagram(fd, b2, session.client);
  std::array<std::uint8_t, 2048> buffer;
  const auto end = net::Deadline::after(silence);
  while (!session.wait(session.tcp.socket.get(), 10ms, false)) {
    if (session.stop.stop_requested() || (end.passed() && !flaws_.waits_in_c)) return std::nullopt;
    while (const auto again = net::receive_datagram(fd, buffer)) {
      if (!again->error) (void)net::send_datagram(fd, b2, again->from);
    }
  }
  net::Address peer;
  net::FileDescriptor accepted = net::accept_tcp(session.tcp.socket.get(), peer);
  if (!accepted) return std::nullopt;
  session.udp.socket.reset();
  session.tcp.socket.reset();
  return net::Stream(std::move(accepted));
}

void Server::stage_d(Session& session, net::Stream& connection) {
  const auto soon = [] { return net::Deadline::after(silence); };
  const wire::C2& task = session.c;
  const auto c2 = changed("c2", wire::encode(task, session.b.secret_b, session.student_id));
  (void)connection.send_all(c2, soon());
  if (flaws_.floods_stream) {
    const Packet junk(4096, 0xff);
    while (!session.stop.stop_requested() &&
           connection.send_all(junk, net::Deadline::after(tick)).ending == net::Ending::full) {
    }
    return;
  }
  Packet message(wire::wire_size(task.len2));
  for (std::uint32_t i = 0; i < task.num2; ++i) {
    for (std::size_t count = 0; count < message.size();) {
      if (!session.wait(connection.get(), silence, flaws_.waits_in_d)) return;
      const auto got = connection.receive_some(std::span(message).subspan(count), soon());
      if (got.ending != net::Ending::full) return;
      count += got.count;
      if (flaws_.one_recv_a_message && count < message.size()) return;
    }
    const bool unchecked = flaws_.checks_first_message && i > 0;
    if (!unchecked && !right('d', wire::judge_d1(message, task))) return;
  }
  std::this_thread::sleep_for(10ms);
  Packet more(64);
  if (!flaws_.takes_more_messages && connection.receive_ready(more).count > 0) return;
  const auto d2 = changed("d2", wire::encode(session.d, task.secret_c, session.student_id));
  (void)connection.send_all(d2, soon());
  if (flaws_.keeps_open) session.wait(connection.get(), 8s, false);
  connection.finish(net::Deadline::after(tick));
}

}  // namespace flawed
