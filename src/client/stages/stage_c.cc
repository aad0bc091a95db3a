#include <thread>

#include "cli/program.hh"
#include "client/late_port.hh"
#include "client/stages/stages.hh"
#include "net/connect.hh"
#include "net/socket.hh"
#include "net/wait.hh"

namespace client {

namespace {

// c2 without its padding, which some servers leave out.
constexpr std::size_t c2_size = wire::header_size + wire::c2_len;

// Connects, again and again while the server may still get ready. A SYN that was lost is repeated
// sooner than the system would do it, which could outlast the server's own patience.
net::Stream connect(const Exchange& exchange, const net::Address& server) {
  constexpr auto pause = std::chrono::milliseconds(50);
  const auto refused_for_good = net::Deadline::after(max_tcp_late);
  auto patience = std::chrono::milliseconds(500);
  while (true) {
    const auto deadline = net::Deadline::after(patience).or_sooner(exchange.deadline);
    try {
      net::FileDescriptor socket = net::connect_tcp({server}, deadline, net::LocalPort::dynamic);
      net::retransmit_evenly(socket.get());  // the server's patience is short
      return net::Stream(std::move(socket));
    } catch (const std::system_error& error) {
      const bool refused = error.code() == std::errc::connection_refused;
      const bool silent = error.code() == std::errc::timed_out;
      const bool again = (refused && !refused_for_good.passed()) || silent;
      if (!again || exchange.deadline.passed()) {
        throw cli::Failure(std::string("stage c: ") + error.what());
      }
      exchange.narrator.note("  " + std::string(error.what()) + "; trying again");
      if (silent) patience *= 2;
    }
    std::this_thread::sleep_for(pause);
  }
}

// The connection on which the server speaks. When the last segment of a handshake is lost, the
// connection is open on this side alone, and the server's own repetition may come after its
// patience has ended: after each of two seconds of silence another connection is tried beside it. A
// server takes the first that is whole.
net::Stream connect_and_listen(const Exchange& exchange, const net::Address& server) {
  constexpr std::size_t most = 3;
  constexpr auto silence = std::chrono::seconds(1);
  std::vector<net::Stream> connections;
  connections.push_back(connect(exchange, server));
  for (std::size_t attempt = 1;; ++attempt) {
    std::vector<int> fds;
    fds.reserve(connections.size());
    for (const net::Stream& connection : connections) fds.push_back(connection.get());
    const auto a_while = net::Deadline::after(silence).or_sooner(exchange.deadline);
    const bool last = attempt == most;
    const auto speaks = net::wait_readable(fds, last ? exchange.deadline : a_while);
    if (speaks || last || exchange.deadline.passed()) {
      return std::move(connections[speaks.value_or(0)]);
    }
    try {
      const auto patience = net::Deadline::after(silence).or_sooner(exchange.deadline);
      connections.emplace_back(net::connect_tcp({server}, patience, net::LocalPort::dynamic));
    } catch (const std::system_error& error) {
      exchange.narrator.note(std::string("  ") + error.what());
    }
  }
}

std::string what_came(const net::Transfer& got) {
  const std::string bytes = std::to_string(got.count) + " bytes";
  switch (got.ending) {
    case net::Ending::silent:
      return got.count == 0 ? "nothing came" : "only " + bytes + " came";
    case net::Ending::end:
      return "the connection was closed";
    default:
      return "the connection broke after " + bytes;
  }
}

}  // namespace

CReply stage_c(const Exchange& exchange, const BReply& b) {
  net::Stream connection = connect_and_listen(exchange, b.server);
  exchange.narrator.note("> c1 to " + b.server.text() + ": connected");

  std::array<std::uint8_t, wire::wire_size(wire::c2_len)> buffer;
  const net::Transfer got =
      connection.receive_exactly(std::span(buffer).first(c2_size), exchange.deadline);
  if (got.ending != net::Ending::full) {
    throw cli::Failure("stage c: awaited c2 (25 or 28 bytes) from " + b.server.text() + ": " +
                       what_came(got));
  }
  const net::Transfer padding = connection.receive_ready(std::span(buffer).subspan(c2_size));
  const auto packet = wire::Bytes(buffer).first(c2_size + padding.count);
  const wire::C2 message = *wire::decode_c2(packet);
  exchange.narrator.received(
      "c2", b.server, packet,
      "num2 " + std::to_string(message.num2) + ", len2 " + std::to_string(message.len2) +
          ", secretC " + std::to_string(message.secret_c) + ", c " + std::to_string(message.c),
      {wire::c2_len, b.message.secret_b, wire::server_step, exchange.student_id});
  return {message, b.server, std::move(connection), {packet.begin() + c2_size, packet.end()}};
}

}  // namespace client
