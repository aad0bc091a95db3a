#include "server/handlers.hh"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace server {

namespace {

constexpr std::size_t max_at_once = 32768;
constexpr std::chrono::milliseconds moment = std::chrono::seconds(1);  // then a connection is idle

// Sends back what comes until the connection ends, or nothing has come for a moment: whether it is
// then to be waited for. The buffer is in this frame, and so not in that of the sleep.
[[gnu::noinline]] bool echo_for_now(net::Stream& connection, std::chrono::milliseconds silence) {
  std::array<std::uint8_t, max_at_once> buffer;
  while (true) {
    const auto got =
        connection.receive_soon(buffer, net::Deadline::after(std::min(silence, moment)));
    if (got.ending == net::Ending::silent) return silence > moment;
    if (got.ending != net::Ending::full) return false;
    const auto sent =
        connection.send_all(std::span(buffer).first(got.count), net::Deadline::after(silence));
    if (sent.ending != net::Ending::full) return false;
  }
}

}  // namespace

void echo_stream(net::Stream& connection, std::chrono::milliseconds silence) {
  while (echo_for_now(connection, silence)) {
    if (!connection.sleep_until_readable(net::Deadline::after(silence - moment))) return;
  }
}

void echo_datagrams(const net::Listener& listener, net::ThreadPool& pool) {
  answer_datagrams(listener, pool, [](auto bytes) { return bytes; });
}

}  // namespace server
