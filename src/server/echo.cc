#include "server/echo.hh"

#include <array>
#include <cstdint>
#include <span>

#include "server/datagrams.hh"

namespace server {

namespace {

constexpr std::size_t max_at_once = 32768;

}  // namespace

void echo_stream(net::Stream& connection, std::chrono::milliseconds silence) {
  std::array<std::uint8_t, max_at_once> buffer;
  while (true) {
    const auto got = connection.receive_soon(buffer, net::Deadline::after(silence));
    if (got.ending == net::Ending::end) break;
    if (got.ending != net::Ending::full) return;
    const auto sent =
        connection.send_all(std::span(buffer).first(got.count), net::Deadline::after(silence));
    if (sent.ending != net::Ending::full) return;
  }
}

void echo_datagrams(const net::Listener& listener, net::ThreadPool& pool) {
  answer_datagrams(listener, pool, [](auto bytes) { return bytes; });
}

}  // namespace server
