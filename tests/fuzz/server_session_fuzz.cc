// A session of the four-stage server with a client that does what the input says: it sends right
// messages, wrong ones, some twice, none, or ends its side. The session ends in its time. A client
// that kept the rules is not said to have broken one; one that got all four secrets is logged so.
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "cli/log.hh"
#include "input.hh"
#include "net/connect.hh"
#include "net/datagram.hh"
#include "net/wait.hh"
#include "server/stages/stage_session.hh"

namespace {

using namespace std::chrono_literals;
using fuzz::require;

constexpr auto silence = 30ms;
constexpr std::uint16_t student_id = 461;

net::Address loopback() { return *net::Address::parse("127.0.0.1"); }

class Client {
 public:
  explicit Client(fuzz::Input& in) : in_(in), socket_(*net::open_udp(loopback())) {}

  net::Address address() const { return net::local_address(socket_.get()); }
  [[nodiscard]] bool honest() const { return honest_; }
  [[nodiscard]] bool has_all() const { return has_all_; }

  void run(const wire::A2& task) {
    a_ = task;
    server_ = loopback().with_port(static_cast<std::uint16_t>(task.udp_port));
    if (!stage_b()) return;
    try {
      net::Stream connection(
          net::connect_tcp({server_.with_port(tcp_port_)}, net::Deadline::after(2s)));
      stage_d(connection);
    } catch (const std::system_error&) {
      // The session is over.
    }
  }

 private:
  void send(std::vector<std::uint8_t> packet, bool may_break = true) {
    if (may_break && in_.one_in(24)) {
      // One byte differs; those of the student id and of the padding may.
      packet[in_.next() % packet.size()] ^= static_cast<std::uint8_t>(in_.next() | 1);
      honest_ = false;
    }
    if (may_break && in_.one_in(32)) {
      packet.resize(in_.next() % 100);
      honest_ = false;
    }
    (void)net::send_datagram(socket_.get(), packet, server_);
  }

  // True with b2.
  bool stage_b() {
    std::array<std::uint8_t, 2048> buffer;
    std::uint32_t next = 0;
    std::vector<bool> acked(a_.num);
    for (int turn = 0; turn < 200; ++turn) {
      const unsigned what = in_.next();
      if (what == 255) return false;  // silence
      std::uint32_t id = next < a_.num ? next : what % std::max(a_.num, 1U);
      if (what >= 250) {
        id = a_.num + what;
        honest_ = false;
      }
      send(wire::encode_b1(a_, id, student_id));
      if (what % 16 == 9) send(wire::encode_b1(a_, id, student_id));
      if (!net::wait_readable({socket_.get()}, net::Deadline::after(20ms))) continue;
      while (const auto datagram = net::receive_datagram(socket_.get(), buffer)) {
        if (datagram->error) return false;
        const auto packet = wire::Bytes(buffer).first(datagram->size);
        if (const auto b2 = packet.size() == 20 ? wire::decode_b2(packet) : std::nullopt) {
          tcp_port_ = static_cast<std::uint16_t>(b2->tcp_port);
          b_ = *b2;
          return true;
        }
        const auto ack = wire::decode_ack(packet);
        require(ack && ack->packet_id < a_.num, "an ack of a packet");
        acked[ack->packet_id] = true;
      }
      while (next < a_.num && acked[next]) ++next;
    }
    return false;
  }

  void stage_d(net::Stream& connection) {
    std::array<std::uint8_t, wire::wire_size(wire::c2_len)> buffer;
    if (in_.one_in(32)) connection.half_close();
    const auto deadline = net::Deadline::after(2s);
    if (connection.receive_exactly(buffer, deadline).ending != net::Ending::full) return;
    const wire::C2 task = *wire::decode_c2(buffer);
    require(wire::decode_header(buffer)->psecret == b_.secret_b, "c2 bears secretB");
    std::vector<std::uint8_t> all;
    std::uint32_t count = task.num2;
    if (in_.one_in(16)) {
      count += in_.next() % 3 - 1;
      honest_ = honest_ && count == task.num2;
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto packet = wire::encode_d1(task, student_id);
      all.insert(all.end(), packet.begin(), packet.end());
    }
    if (in_.one_in(8) && !all.empty()) {
      all[in_.next() * 7 % all.size()] ^= static_cast<std::uint8_t>(in_.next() | 1);
      honest_ = false;
    }
    while (!all.empty()) {
      const std::size_t piece = std::min<std::size_t>(all.size(), in_.next() * 16 + 1);
      if (in_.one_in(64)) return;  // ends, or falls silent, in the middle
      if (connection.send_all(std::span(all).first(piece), deadline).ending != net::Ending::full)
        return;
      all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(piece));
    }
    std::array<std::uint8_t, 16> d2;
    if (connection.receive_exactly(d2, deadline).ending != net::Ending::full) return;
    require(wire::decode_header(d2)->psecret == task.secret_c, "d2 bears secretC");
    has_all_ = true;
  }

  fuzz::Input& in_;
  net::FileDescriptor socket_;
  net::Address server_;
  wire::A2 a_;
  wire::B2 b_;
  std::uint16_t tcp_port_ = 0;
  bool honest_ = true, has_all_ = false;
};

// The log of one session, by its line at the end.
class Log {
 public:
  Log() : fd_(memfd_create("log", MFD_CLOEXEC)), writer_(fd_.get()) { cli::log_to(&writer_); }
  std::string text() {
    cli::log_to(nullptr);
    (void)writer_.finish(5s);
    std::string all(65536, '\0');
    const ssize_t size = pread(fd_.get(), all.data(), all.size(), 0);
    all.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return all;
  }

 private:
  net::FileDescriptor fd_;
  cli::LogWriter writer_;
};

void check(const Client& client, const std::string& log) {
  const bool complete = log.find("all four stages") != log.npos;
  require(log.find("session 1: ") != log.npos && log.back() == '\n', "a line at the end: " + log);
  require(!client.has_all() || complete, "who has all secrets is logged so: " + log);
  require(!client.honest() || log.find("failed in") == log.npos, "nothing fails: " + log);
  // What an honest client may be told: that it was silent, or left.
  if (!client.honest() || complete) return;
  bool excused = false;
  for (const char* words : {"no packet for", "no connection for", "silence for", "ended the stream",
                            "broke the connection", "nothing new for", "not whole after"}) {
    excused |= log.find(words) != log.npos;
  }
  require(excused, "an honest client is accused: " + log);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input in(data, size);
  server::StageRules rules{silence, in.one_in(4) ? 30U : 0U, in.one_in(8)};
  // Awkward sessions take their time, so few of them.
  if (in.next() % 64 == 1) rules.exercise_seed = in.next();
  Client client(in);
  std::string log;
  {
    Log writer;
    {
      net::ThreadPool pool(1, 262144);
      const auto begin = net::Clock::now();
      server::StageSession session(1, client.address(), loopback(), student_id, rules);
      require(pool.run([&] { session.run(pool); }), "a thread");
      client.run(*wire::decode_a2(session.a2()));
      while (pool.running() > 0) {
        std::this_thread::sleep_for(1ms);
        require(net::Clock::now() - begin < 30s, "the session ends in its time");
      }
    }
    log = writer.text();
  }
  check(client, log);
  return 0;
}
