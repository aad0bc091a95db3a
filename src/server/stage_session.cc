#include "server/stage_session.hh"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <thread>

#include "cli/program.hh"
#include "net/reserved_port.hh"
#include "server/random.hh"

namespace server {

namespace {

// How long the end of a connection waits for the client's own end.
constexpr auto patience = std::chrono::milliseconds(500);

// How long after the last message another one still counts as one too many.
constexpr auto grace = std::chrono::milliseconds(10);

// Of an awkward session.
constexpr auto b2_head_start = std::chrono::milliseconds(50),
               between_pieces = std::chrono::milliseconds(15);

// Between two tries to get a descriptor.
constexpr auto before_next_descriptor = std::chrono::milliseconds(20);

// No right datagram is longer than this; the rest of a longer one is not needed to refuse it.
constexpr std::size_t datagram_size = 2048;

// Sources of one session that are remembered: some clients use a new socket for each packet.
constexpr std::size_t most_sources = 64;

std::string seconds(std::chrono::duration<double> span, int decimals) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f s", decimals, span.count());
  return text;
}

// The port of a later stage, which is named before it is there if it comes late.
net::Listener open_or_reserve(const net::Address& local, int type, std::chrono::milliseconds late) {
  const net::Address address = local.with_port(0);
  return late.count() > 0 ? net::reserve_port(address, type)
                          : std::move(net::listen_on({address}, {type}).front());
}

// A right b1 begins as an ack does.
std::uint32_t packet_id_of(wire::Bytes b1) { return wire::decode_ack(b1)->packet_id; }

std::string of(std::uint32_t index, std::uint32_t count) {
  return std::to_string(index) + " of " + std::to_string(count);
}

}  // namespace

class StageSession::Ended : public std::runtime_error {
 public:
  explicit Ended(const std::string& why) : std::runtime_error(why) {}
  // By the client, who broke a rule.
  Ended(wire::Rule rule, const std::string& why) : std::runtime_error(why), broken(rule) {}

  std::optional<wire::Rule> broken;
};

StageSession::StageSession(std::uint64_t number, const net::Address& client,
                           const net::Address& local, std::uint16_t student_id,
                           const StageRules& rules)
    : number_(number),
      student_id_(student_id),
      rules_(rules),
      behaviour_(rules.exercise_seed ? awkward_behaviour(*rules.exercise_seed + number - 1)
                                     : plain_behaviour(random_number, rules.loss_percent)),
      numbers_(behaviour_.numbers),
      packets_(numbers_.a.num),
      missing_(numbers_.a.num),
      sources_{client},
      udp_(open_or_reserve(local, SOCK_DGRAM, behaviour_.udp_late)) {
  numbers_.a.udp_port = udp_.address.port();
  if (!rules.exercise_seed) return;
  account_.emplace();
  net::tell_arrival(udp_.socket.get());
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
    cli::say(summary("all four stages") + "; " + secrets + exercise());
  } catch (const Ended& ended) {
    if (account_ && ended.broken) account_->wrong(*ended.broken, ended.what());
    cli::say(summary(std::string("ended in stage ") + stage_) + ": " + ended.what() + exercise());
  } catch (const std::system_error& error) {
    cli::say(summary(std::string("failed in stage ") + stage_) + ": " + error.what());
  }
  if (connection) connection->finish(net::Deadline::after(patience));
}

void StageSession::stage_b() {
  const Lifeline lifeline(*crew_, udp_.socket.get());
  if (behaviour_.udp_late.count() > 0)
    agenda_.add(behaviour_.udp_late, [this] { net::open_port(udp_); });
  auto silent = net::Deadline::after(behaviour_.udp_late + rules_.silence);
  while (missing_ > 0) {
    if (wait(silent) == Input::none) {
      throw Ended(wire::Rule::silence, "no packet for " + seconds(rules_.silence, 1) + ", " +
                                           of(missing_, numbers_.a.num) + " not acked yet");
    }
    std::array<std::uint8_t, datagram_size> buffer;
    const auto datagram = receive(buffer);
    if (!datagram) continue;
    const auto packet = wire::Bytes(buffer).first(std::min(datagram->size, buffer.size()));
    if (const auto fault = wire::judge_b1(packet, numbers_.a))
      throw Ended(fault->rule, "b1: " + fault->text());
    silent = net::Deadline::after(rules_.silence);
    answer_b1(packet_id_of(packet), *datagram);
  }
}

void StageSession::answer_b1(std::uint32_t packet_id, const net::Datagram& datagram) {
  Packet& packet = packets_[packet_id];
  AckFate fate = behaviour_.ack_fate(packet_id, packet.arrivals++);
  if (packet.acked) fate.copies = std::max(fate.copies, 1U);
  if (account_) {
    account_->packet_came(numbers_.a, packet_id, datagram.arrival);
    account_->ack_decided(fate);
  }
  if (fate.copies == 0) return;
  if (!std::exchange(packet.acked, true)) --missing_;
  if (missing_ == 0 && behaviour_.b2_before_last_ack) fate.delay += b2_head_start;
  agenda_.add(fate.delay, [this, packet_id, to = datagram.from, copies = fate.copies] {
    const auto ack = wire::encode(wire::Ack{packet_id}, numbers_.a.secret_a, student_id_);
    for (unsigned i = 0; i < copies; ++i) send(ack, to, "ack");
  });
}

void StageSession::wait_for_descriptor() const {
  std::this_thread::sleep_for(before_next_descriptor);
  check_stopping();
}

// While the process has no descriptor left the client waits, as if b2 had been lost.
void StageSession::open_tcp_port() {
  const auto silent = net::Deadline::after(rules_.silence);
  while (true) {
    try {
      tcp_ = open_or_reserve(udp_.address, SOCK_STREAM, behaviour_.tcp_late);
      net::retransmit_evenly(tcp_.socket.get());
      return;
    } catch (const std::system_error& error) {
      if (!net::out_of_descriptors(error.code().value()) || silent.passed()) throw;
    }
    wait_for_descriptor();
  }
}

net::Stream StageSession::stage_c() {
  open_tcp_port();
  std::optional<Lifeline> udp_line(std::in_place, *crew_, udp_.socket.get());
  const Lifeline tcp_line(*crew_, tcp_.socket.get());
  tcp_open_ = behaviour_.tcp_late.count() == 0;
  if (!tcp_open_) {
    agenda_.add(behaviour_.tcp_late, [this] {
      net::open_port(tcp_);
      tcp_open_ = true;
    });
  }
  numbers_.b.tcp_port = tcp_.address.port();
  const auto b2 = wire::encode(numbers_.b, numbers_.a.secret_a, student_id_);
  send(b2, sources_.back(), "b2");
  stage_ = 'c';
  auto silent = net::Deadline::after(behaviour_.tcp_late + rules_.silence);
  while (true) {
    const Input input = wait(silent);
    if (input == Input::none)
      throw Ended(wire::Rule::silence, "no connection for " + seconds(rules_.silence, 1));
    check_stopping();
    if (input == Input::connection) {
      net::Address peer;
      net::FileDescriptor accepted = net::accept_tcp(tcp_.socket.get(), peer);
      if (accepted && std::ranges::any_of(sources_, [&](const net::Address& source) {
            return source.same_host(peer);
          })) {
        narrate("< c1 from " + peer.text());
        return net::Stream(std::move(accepted));
      }
      if (!accepted && net::out_of_descriptors(errno)) {
        // Who has connected needs no b2 again: that socket's descriptor is the one to have.
        udp_line.reset();
        udp_.socket.reset();
        wait_for_descriptor();
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
    if (account_) account_->packet_came(numbers_.a, packet_id_of(packet), datagram->arrival);
    send(b2, datagram->from, "b2");
  }
}

void StageSession::stage_d(net::Stream& connection) {
  agenda_.clear();
  udp_.socket.reset();
  tcp_.socket.reset();
  if (behaviour_.c2_late.count() > 0)
    expect_quiet(connection, behaviour_.c2_late,
                 {wire::Rule::connection, "c1: the client spoke before c2"});
  send_stream(connection, wire::encode(numbers_.c, numbers_.b.secret_b, student_id_), "c2");
  stage_ = 'd';
  for (std::uint32_t i = 0; i < numbers_.c.num2; ++i) receive_d1(connection, i);
  expect_quiet(connection, std::max(grace, behaviour_.d2_late),
               {wire::Rule::count, "d1: unexpected number of buffers after message " +
                                       of(numbers_.c.num2, numbers_.c.num2)});
  send_stream(connection, wire::encode(numbers_.d, numbers_.c.secret_c, student_id_), "d2");
}

void StageSession::send_stream(net::Stream& connection, wire::Bytes message,
                               const std::string& name) {
  narrate("> " + name);
  const auto deadline = net::Deadline::after(rules_.silence);
  while (!message.empty()) {
    const auto piece = message.first(std::min(message.size(), behaviour_.piece));
    if (connection.send_all(piece, deadline).ending != net::Ending::full) {
      throw Ended(wire::Rule::patience, name + ": the client broke the connection");
    }
    message = message.subspan(piece.size());
    if (!message.empty()) std::this_thread::sleep_for(between_pieces);
  }
  ++sent_;
}

// Nothing may come before the server's next message.
void StageSession::expect_quiet(net::Stream& connection, std::chrono::milliseconds span,
                                const wire::Fault& fault) {
  if (!net::wait_readable({connection.get()}, net::Deadline::after(span))) return;
  std::array<std::uint8_t, 1024> buffer;
  const auto more = connection.receive_ready(buffer);
  check_stopping();
  if (more.count > 0) {
    throw Ended(fault.rule, fault.seen + ": " + std::to_string(more.count) + " bytes, 0 expected");
  }
  if (account_ && more.ending == net::Ending::end) {
    account_->wrong(wire::Rule::patience, "the client ended its side of the stream early");
  }
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
      throw Ended(got.ending == net::Ending::silent ? wire::Rule::silence : wire::Rule::count,
                  name + how + " after " + wire::size_fault(count, task.len2).text());
    }
    if (count < wire::header_size) continue;
    if (const auto fault = wire::judge_d1_header(*wire::decode_header(message), task)) {
      throw Ended(fault->rule, name + fault->text());
    }
  }
  if (const auto fault = wire::judge_d1(message, task))
    throw Ended(fault->rule, name + fault->text());
  narrate("< " + name + wire::text(*wire::decode_header(message)));
  ++received_;
}

StageSession::Input StageSession::wait(net::Deadline silent) {
  while (true) {
    const net::Deadline next = agenda_.do_due();
    const auto ready = net::wait_readable({tcp_open_ ? tcp_.socket.get() : -1, udp_.socket.get()},
                                          next.or_sooner(silent));
    if (ready) return *ready == 0 ? Input::connection : Input::datagram;
    if (silent.passed()) return Input::none;
  }
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

std::string StageSession::exercise() const {
  if (!account_) return "";
  return "; seed " + std::to_string(*rules_.exercise_seed + number_ - 1) + ": " +
         behaviour_.text() + "; " + account_->text();
}

std::string StageSession::summary(const std::string& outcome) const {
  return "session " + std::to_string(number_) + ": " + sources_.front().text() + " id " +
         std::to_string(student_id_) + ": " + outcome + " after " +
         seconds(net::Clock::now() - begin_, 3) + ", packets: " + std::to_string(received_) +
         " in, " + std::to_string(sent_) + " out";
}

}  // namespace server
