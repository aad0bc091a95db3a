#include "cli/program.hh"
#include "client/stages/stages.hh"
#include "net/connect.hh"
#include "net/wait.hh"
#include "wire/diagnosis.hh"

namespace client {

namespace {

net::Stream connect(const Exchange& exchange, const net::Address& server) {
  try {
    return connect_when_ready(server, max_tcp_late, exchange.deadline,
                              [&](const std::string& reason) {
                                exchange.narrator.note("  " + reason + "; trying again");
                              });
  } catch (const std::system_error& error) {
    throw cli::Failure(std::string("stage c: ") + error.what());
  }
}

// The connection on which the server speaks. If the last segment of a handshake is lost, the
// connection is open on this side only, and the server may give up before it repeats its own. So
// after each of two seconds of silence another connection is tried beside it. A server takes the
// first that is whole, and may end the others before it speaks.
net::Stream connect_and_listen(const Exchange& exchange, const net::Address& server) {
  constexpr std::size_t most = 3;
  constexpr auto silence = std::chrono::seconds(1);
  std::vector<net::Stream> connections;
  connections.push_back(connect(exchange, server));
  for (std::size_t attempt = 1;;) {
    std::vector<int> fds;
    fds.reserve(connections.size());
    for (const net::Stream& connection : connections) fds.push_back(connection.get());
    const auto a_while = net::Deadline::after(silence).or_sooner(exchange.deadline);
    const bool last = attempt == most;
    const auto speaks = net::wait_readable(fds, last ? exchange.deadline : a_while);
    if (speaks && connections.size() > 1 && connections[*speaks].is_over()) {
      connections.erase(connections.begin() + static_cast<std::ptrdiff_t>(*speaks));
      continue;
    }
    if (speaks || last || exchange.deadline.passed()) {
      return std::move(connections[speaks.value_or(0)]);
    }
    ++attempt;
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
  if (got.ending == net::Ending::end) return "the connection was closed";
  if (got.ending == net::Ending::broken) return "the connection broke after " + bytes;
  if (got.ending == net::Ending::full) return bytes + " came";
  return got.count == 0 ? "nothing came" : "only " + bytes + " came";
}

}  // namespace

CReply stage_c(const Exchange& exchange, const BReply& b) {
  net::Stream connection = connect_and_listen(exchange, b.server);
  exchange.narrator.note("> c1 to " + b.server.text() + ": connected");

  // Who is told of each deviation waits for the padding of c2: it may come behind the 25 bytes.
  const std::chrono::milliseconds padding_wait(exchange.narrator.is_verbose() ? 500 : 0);
  const auto [first, packet] = receive_c2(connection, exchange.deadline, padding_wait);
  if (first.ending != net::Ending::full || !wire::quoted_text(packet).empty()) {
    throw cli::Failure("stage c: awaited c2 (25 or 28 bytes) from " + b.server.text() + ": " +
                       what_came(first) +
                       after_colon(wire::guess_in_place_of(wire::Message::c2, packet)));
  }
  const wire::C2 message = *wire::decode_c2(packet);
  const auto expected =
      wire::server_header(wire::Message::c2, b.message.secret_b, exchange.student_id);
  exchange.narrator.received("c2", b.server, packet, wire::text(message), expected);
  std::string odd;
  for (const wire::Fault& fault : wire::deviations(packet, expected)) {
    if (fault.rule == wire::Rule::payload_len && !fault.guess.empty())
      odd = "; c2: " + fault.text();
  }
  return {message, b.server, std::move(connection), AfterC2(packet), odd};
}

}  // namespace client
