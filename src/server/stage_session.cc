#include "server/stage_session.hh"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "cli/program.hh"
#include "server/random.hh"

namespace server {

namespace {

// How long the end of a connection waits for the client's own end.
constexpr auto patience = std::chrono::milliseconds(500);

// How long after the last message another one still counts as one too many.
constexpr auto grace = std::chrono::milliseconds(10);

// No right datagram is longer than this; the rest of a longer one is not needed to refuse it.
constexpr std::size_t datagram_size = 2048;

// Sources of one session that are remembered: some clients use a new socket for each packet.
constexpr std::size_t most_sources = 64;

std::string seconds(std::chrono::duration<double> span, int decimals) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f s", decimals, span.count());
  return text;
}

std::string of(std::uint32_t index, std::uint32_t count) {
  return std::to_string(index) + " of " + std::to_string(count);
}

}  // namespace

class StageSession::Ended : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

StageNumbers draw_numbers() {
  constexpr std::uint32_t least_count = 3, most_count = 12, most_len = 100,
                          most_secret = 0x7fffffff;
  std::array<std::uint32_t, 4> secrets{};
  for (std::uint32_t& secret : secrets) {
    do {
      secret = random_number(1, most_secret);
    } while (std::ranges::count(secrets, secret) > 1);
  }
  const auto count = [] { return random_number(least_count, most_count); };
  const auto len = [] { return random_number(1, most_len); };
  return {{count(), len(), 0, secrets[0]},
          {0, secrets[1]},
          {count(), len(), secrets[2], static_cast<std::uint8_t>(random_number(0, 255))},
          {secrets[3]}};
}

StageSession::StageSession(std::uint64_t number, const net::Address& client,
                           const net::Address& local, std::uint16_t student_id,
                           const StageRules& rules)
    : number_(number),
      student_id_(student_id),
      rules_(rules),
      surely_withheld_(random_number(0, numbers_.a.num - 1)),
      sources_{client},
      udp_(std::move(net::listen_on({local.with_port(0)}, {SOCK_DGRAM}).front())) {
  numbers_.a.udp_port = udp_.address.port();
}

std::vector<std::uint8_t> StageSession::a2() const { return wire::encode(numbers_.a, student_id_); }

void StageSession::run(Crew& crew) {
  crew_ = &crew;
  std::optional<net::Stream> connection;
  std::optional<Lifeline> lifeline;
  try {
    stage_b();
    connection.emplace(stage_c());
    lifeline.emplace(crew, connection->get());
    stage_d(*connection);
    char secrets[64];
    std::snprintf(secrets, sizeof secrets, "secrets %u %u %u %u", numbers_.a.secret_a,
                  numbers_.b.secret_b, numbers_.c.secret_c, numbers_.d.secret_d);
    cli::say(summary("all four stages") + "; " + secrets);
  } catch (const Ended& ended) {
    cli::say(summary(std::string("ended in stage ") + stage_) + ": " + ended.what());
  } catch (const std::system_error& error) {
    cli::say(summary(std::string("failed in stage ") + stage_) + ": " + error.what());
  }
  if (connection) connection->finish(net::Deadline::after(patience));
}

void StageSession::stage_b() {
  const Lifeline lifeline(*crew_, udp_.socket.get());
  std::vector<bool> acked(numbers_.a.num);
  std::uint32_t missing = numbers_.a.num;
  auto silent = net::Deadline::after(rules_.silence);
  while (missing > 0) {
    if (!net::wait_readable({udp_.socket.get()}, silent)) {
      throw Ended("no packet for " + seconds(rules_.silence, 1) + ", " +
                  of(missing, numbers_.a.num) + " not acked yet");
    }
    std::array<std::uint8_t, datagram_size> buffer;
    const auto datagram = receive(buffer);
    if (!datagram) continue;
    const auto packet = wire::Bytes(buffer).first(std::min(datagram->size, buffer.size()));
    if (const auto fault = wire::judge_b1(packet, numbers_.a)) throw Ended("b1: " + fault->text());
    silent = net::Deadline::after(rules_.silence);

    const std::uint32_t id = wire::decode_ack(packet)->packet_id;  // b1 begins as an ack does
    if (!acked[id] && withhold(id)) continue;
    if (!acked[id]) --missing;
    acked[id] = true;
    send(wire::encode(wire::Ack{id}, numbers_.a.secret_a, student_id_), datagram->from, "ack");
  }
}

net::Stream StageSession::stage_c() {
  tcp_ = std::move(net::listen_on({udp_.address.with_port(0)}, {SOCK_STREAM}).front());
  const Lifeline udp_line(*crew_, udp_.socket.get());
  const Lifeline tcp_line(*crew_, tcp_.socket.get());
  numbers_.b.tcp_port = tcp_.address.port();
  const auto b2 = wire::encode(numbers_.b, numbers_.a.secret_a, student_id_);
  send(b2, sources_.back(), "b2");
  stage_ = 'c';
  auto silent = net::Deadline::after(rules_.silence);
  while (true) {
    const auto ready = net::wait_readable({tcp_.socket.get(), udp_.socket.get()}, silent);
    if (!ready) throw Ended("no connection for " + seconds(rules_.silence, 1));
    check_stopping();
    if (*ready == 0) {
      net::Address peer;
      net::FileDescriptor accepted = net::accept_tcp(tcp_.socket.get(), peer);
      if (accepted && std::ranges::any_of(sources_, [&](const net::Address& source) {
            return source.same_host(peer);
          })) {
        narrate("< c1 from " + peer.text());
        return net::Stream(std::move(accepted));
      }
      continue;
    }
    // A b1 that comes again says that b2 was lost; nothing else counts any more.
    std::array<std::uint8_t, datagram_size> buffer;
    const auto datagram = receive(buffer);
    if (!datagram) continue;
    const auto packet = wire::Bytes(buffer).first(std::min(datagram->size, buffer.size()));
    if (wire::judge_b1(packet, numbers_.a)) continue;
    silent = net::Deadline::after(rules_.silence);
    send(b2, datagram->from, "b2");
  }
}

void StageSession::stage_d(net::Stream& connection) {
  udp_.socket.reset();
  tcp_.socket.reset();
  const auto send_message = [&](const std::vector<std::uint8_t>& message, const std::string& name) {
    narrate("> " + name);
    const auto sent = connection.send_all(message, net::Deadline::after(rules_.silence));
    if (sent.ending != net::Ending::full) throw Ended(name + ": the client broke the connection");
    ++sent_;
  };
  send_message(wire::encode(numbers_.c, numbers_.b.secret_b, student_id_), "c2");
  stage_ = 'd';
  for (std::uint32_t i = 0; i < numbers_.c.num2; ++i) receive_d1(connection, i);
  expect_no_more(connection);
  send_message(wire::encode(numbers_.d, numbers_.c.secret_c, student_id_), "d2");
}

void StageSession::receive_d1(net::Stream& connection, std::uint32_t index) {
  const wire::C2& task = numbers_.c;
  const std::string name = "d1 " + of(index + 1, task.num2) + ": ";
  std::array<std::uint8_t, wire::wire_size(255)> buffer;
  const auto message = std::span(buffer).first(wire::wire_size(task.len2));
  std::size_t count = 0;
  while (count < message.size()) {
    const auto got =
        connection.receive_some(message.subspan(count), net::Deadline::after(rules_.silence));
    count += got.count;
    if (got.ending != net::Ending::full) {
      check_stopping();
      const std::string how = got.ending == net::Ending::silent
                                  ? "silence for " + seconds(rules_.silence, 1)
                              : got.ending == net::Ending::end ? "the client ended the stream"
                                                               : "the client broke the connection";
      throw Ended(name + how + " after " + wire::size_fault(count, task.len2).text());
    }
    if (count < wire::header_size) continue;
    if (const auto fault = wire::judge_d1_header(*wire::decode_header(message), task)) {
      throw Ended(name + fault->text());
    }
  }
  if (const auto fault = wire::judge_d1(message, task)) throw Ended(name + fault->text());
  narrate("< " + name + wire::text(*wire::decode_header(message)));
  ++received_;
}

void StageSession::expect_no_more(net::Stream& connection) {
  if (!net::wait_readable({connection.get()}, net::Deadline::after(grace))) return;
  std::array<std::uint8_t, 1024> buffer;
  const auto more = connection.receive_ready(buffer);
  if (more.count == 0) return;
  throw Ended("d1: unexpected number of buffers: " + std::to_string(more.count) +
              " bytes after message " + of(numbers_.c.num2, numbers_.c.num2) + ", 0 expected");
}

// The next datagram that counts: what a stranger sends without the right psecret is passed over.
std::optional<net::Datagram> StageSession::receive(std::span<std::uint8_t> buffer) {
  const auto datagram = net::receive_datagram(udp_.socket.get(), buffer);
  check_stopping();
  if (!datagram) return std::nullopt;
  const auto packet = wire::Bytes(buffer).first(std::min(datagram->size, buffer.size()));
  const auto header = wire::decode_header(packet);
  narrate("< from " + datagram->from.text() + ": " +
          (header ? wire::text(*header) : std::to_string(datagram->size) + " bytes"));
  if (!belongs(packet, datagram->from)) return std::nullopt;
  ++received_;
  // The newest source stands last: b2 goes there.
  std::erase(sources_, datagram->from);
  if (sources_.size() == most_sources) sources_.erase(sources_.begin());
  sources_.push_back(datagram->from);
  return datagram;
}

bool StageSession::belongs(wire::Bytes packet, const net::Address& from) const {
  const auto header = wire::decode_header(packet);
  if (header && header->psecret == numbers_.a.secret_a) return true;
  return std::ranges::find(sources_, from) != sources_.end();
}

bool StageSession::withhold(std::uint32_t packet_id) {
  if (rules_.loss_percent == 0) return false;
  if (packet_id == surely_withheld_) {
    surely_withheld_ = numbers_.a.num;
    return true;
  }
  return random_number(0, 99) < rules_.loss_percent;
}

void StageSession::send(wire::Bytes packet, const net::Address& to, const std::string& name) {
  narrate("> " + name + " to " + to.text() + ": " + wire::text(*wire::decode_header(packet)));
  // What cannot be sent is as good as lost: the client asks again.
  if (!net::send_datagram(udp_.socket.get(), packet, to)) ++sent_;
}

void StageSession::check_stopping() const {
  if (crew_->stopping()) throw Ended("the server was stopped");
}

void StageSession::narrate(const std::string& text) const {
  if (rules_.verbose) cli::say("session " + std::to_string(number_) + ": " + text);
}

std::string StageSession::summary(const std::string& outcome) const {
  return "session " + std::to_string(number_) + ": " + sources_.front().text() + " id " +
         std::to_string(student_id_) + ": " + outcome + " after " +
         seconds(net::Clock::now() - begin_, 3) + ", packets: " + std::to_string(received_) +
         " in, " + std::to_string(sent_) + " out";
}

}  // namespace server
