// Stages b and d of the client with a server that does what the input says. Each ends in its time,
// in what the server has sent or in a failure; and what that says of the server is so.
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <set>

#include "cli/program.hh"
#include "client/stages/stages.hh"
#include "net/datagram.hh"
#include "net/joining_thread.hh"
#include "net/wait.hh"
#include "pieces.hh"

namespace {

using namespace std::chrono_literals;
using fuzz::require;

constexpr std::uint16_t student_id = 461;

client::Exchange exchange(net::Clock::duration time, const net::Address& server,
                          std::uint32_t window) {
  return {
      "peer", {server}, student_id, window, net::Deadline::after(time), client::Narrator(false)};
}

// The server of stage b: answers each b1 as the next byte of the input says.
class ServerB {
 public:
  ServerB(fuzz::Input& in, const wire::A2& task, const net::Address& client)
      : in_(in), task_(task), client_(client), socket_(*net::open_udp(loopback())) {}

  net::Address address() const { return net::local_address(socket_.get()); }
  static net::Address loopback() { return *net::Address::parse("127.0.0.1"); }

  void run(const std::atomic<bool>& over) {
    std::array<std::uint8_t, 2048> buffer;
    while (!over) {
      net::wait_readable({socket_.get()}, net::Deadline::after(1ms));
      while (const auto datagram = net::receive_datagram(socket_.get(), buffer)) {
        if (datagram->error) continue;
        ++came;
        answer(wire::Bytes(buffer).first(std::min(datagram->size, buffer.size())));
      }
    }
  }

  std::uint64_t came = 0, acks = 0;
  std::set<std::uint32_t> tcp_ports;
  bool honest = true;  // so far

 private:
  void answer(wire::Bytes packet) {
    const auto fault = wire::judge_b1(packet, task_);
    require(!fault || !honest, "a right b1 is sent");
    const auto b1 = wire::decode_ack(packet);  // whose packet_id stands in the same place
    if (!b1) return;
    const unsigned what = in_.next();
    if (what % 8 >= 4 || what >= 240) honest = false;
    if (what >= 252) return send_a2();
    if (what >= 248) return send_b2(in_.next() * 257);
    if (what >= 240) return send_text(in_.take(what % 32));
    if (what % 8 == 7) return;  // lost
    const std::uint32_t id = what % 8 == 6 ? b1->packet_id + in_.next() : b1->packet_id;
    for (unsigned i = 0; i <= (what % 8 == 5 ? 1U : 0U); ++i) {
      ++acks;
      send(wire::encode(wire::Ack{id}, task_.secret_a, student_id));
    }
    acked_.insert(b1->packet_id);
    if (acked_.size() >= task_.num && what % 8 != 4) send_b2(10000);
  }
  void send_b2(std::uint32_t port) {
    tcp_ports.insert(port);
    send(wire::encode(wire::B2{port, 7}, task_.secret_a, student_id));
  }
  void send_a2() {
    task_ = {in_.next() % 20, in_.next() * 8, address().port(), 99};
    acked_.clear();
    send(wire::encode(task_, student_id));
  }
  void send_text(const std::string& text) {
    // What may be anything may be an ack, or a b2 with a wrong port.
    if (wire::decode_ack(wire::bytes_of(text))) ++acks;
    if (const auto b2 = wire::decode_b2(wire::bytes_of(text))) tcp_ports.insert(b2->tcp_port);
    send({text.begin(), text.end()});
  }
  void send(const std::vector<std::uint8_t>& packet) {
    (void)net::send_datagram(socket_.get(), packet, client_);
  }

  fuzz::Input& in_;
  wire::A2 task_;
  net::Address client_;
  net::FileDescriptor socket_;
  std::set<std::uint32_t> acked_;
};

void fuzz_stage_b(fuzz::Input& in) {
  wire::A2 task{in.next() % 20 + 1, in.next(), 0, 12345};
  const std::uint32_t window = in.next() % 8 + 1;
  net::FileDescriptor socket = *net::open_udp(ServerB::loopback());
  ServerB server(in, task, net::local_address(socket.get()));
  task.udp_port = server.address().port();
  std::atomic<bool> over = false;
  std::optional<client::BReply> reply;
  std::string failure;
  const auto begin = net::Clock::now();
  {
    net::JoiningThread thread([&] { server.run(over); });
    try {
      client::AReply a{task, server.address(), std::move(socket)};
      reply = client::stage_b(exchange(40ms, server.address(), window), a);
    } catch (const cli::Failure& why) {
      failure = why.what();
    }
    over = true;
  }
  require(net::Clock::now() - begin < 10s, "stage b ends in its time");
  if (reply) {
    require(server.tcp_ports.contains(reply->message.tcp_port), "b2 is the server's");
    require(reply->server.port() == reply->message.tcp_port, "the port is b2's");
    return;
  }
  unsigned long long sent = 0, acked = 0;
  const auto numbers = failure.find(": ", failure.find(" from "));
  if (numbers != failure.npos &&
      std::sscanf(failure.c_str() + numbers, ": %llu packets sent, %llu acked", &sent, &acked) ==
          2) {
    require(acked <= server.acks, failure);
  }
  const auto wrong = [](std::uint32_t port) { return port == 0 || port > 65535; };
  // What stands in quotation marks is the server's.
  if (failure.substr(0, failure.find('"')).find("tcp_port") != failure.npos) {
    require(std::ranges::any_of(server.tcp_ports, wrong), failure);
  }
}

void fuzz_stage_d(fuzz::Input& in) {
  const wire::C2 task{in.next() % 64, in.next() * (in.one_in(8) ? 64 : 1), in.next(),
                      static_cast<std::uint8_t>(in.next())};
  const bool ends = !in.one_in(8);
  const auto pause = in.one_in(4) ? 1ms : 0ms;
  const auto c2 = wire::encode(task, 1, student_id);
  const std::size_t padding = in.next() % 4;
  const std::string places = in.take(16);
  std::string text = in.take(256);
  if (in.ended() && text.size() < 4) {
    const auto d2 = wire::encode(wire::D2{0x01020304}, task.secret_c, student_id);
    text.append(d2.begin(), d2.end());
  }
  fuzz::Input cuts(reinterpret_cast<const std::uint8_t*>(places.data()), places.size());
  fuzz::Pieces connection(fuzz::cut(cuts, text), ends);
  auto rules = exchange(30ms, ServerB::loopback(), 1);
  rules.pause = pause;
  const auto begin = net::Clock::now();
  try {
    const wire::D2 d2 =
        client::stage_d(rules, {task, ServerB::loopback(), connection.take(),
                                client::AfterC2(wire::Bytes(c2).first(client::c2_size + padding))});
    bool there = false;
    for (std::size_t at = 0; at + 4 <= text.size(); ++at) {
      const auto bytes = wire::bytes_of(std::string_view(text).substr(at, 4));
      there |= wire::Reader{bytes}.u32() == d2.secret_d;
    }
    require(there, "secretD is the server's");
  } catch (const cli::Failure& failure) {
    const std::string words = failure.what();
    if (words.find("then the connection was closed") != words.npos) require(ends, words);
    unsigned long long count = 0;
    const auto only = words.find("only ");
    if (only != words.npos && std::sscanf(words.c_str() + only, "only %llu bytes", &count) == 1) {
      require(count <= text.size(), words);
    }
  }
  require(net::Clock::now() - begin < 10s, "stage d ends in its time");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input in(data, size);
  if (in.next() % 2 == 0) {
    fuzz_stage_b(in);
  } else {
    fuzz_stage_d(in);
  }
  return 0;
}
