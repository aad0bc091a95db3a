#include <thread>

#include "cli/program.hh"
#include "client/stages.hh"
#include "net/socket.hh"

namespace client {

namespace {

// c2 without its padding, which some servers leave out.
constexpr std::size_t c2_size = wire::header_size + wire::c2_len;

net::Stream connect(const Exchange& exchange, const net::Address& server) {
  constexpr auto pause = std::chrono::milliseconds(50);
  const auto give_up = net::Deadline::after(late_listener).or_sooner(exchange.deadline);
  while (true) {
    try {
      return net::Stream(net::connect_tcp({server}, exchange.deadline, net::LocalPort::dynamic));
    } catch (const std::system_error& error) {
      const bool late = error.code() == std::errc::connection_refused && !give_up.passed();
      if (!late) throw cli::Failure(std::string("stage c: ") + error.what());
      exchange.narrator.note("  " + server.text() + ": connection refused; trying again");
      std::this_thread::sleep_for(pause);
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
  net::Stream connection = connect(exchange, b.server);
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
