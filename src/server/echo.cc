#include "server/echo.hh"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "net/datagram.hh"
#include "net/wait.hh"

namespace server {

namespace {

constexpr std::size_t max_at_once = 32768;
constexpr std::size_t max_datagram = 65535;

// echo, daytime, qotd, chargen and time (RFC 862 to 868).
bool answers_anything(std::uint16_t port) {
  constexpr std::array<std::uint16_t, 5> ports = {7, 13, 17, 19, 37};
  return std::find(ports.begin(), ports.end(), port) != ports.end();
}

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
  const int fd = listener.socket.get();
  const net::StopRegistration registration(pool, fd);
  net::report_local_address(fd, listener.address.family());
  std::vector<std::uint8_t> buffer(max_datagram);
  while (true) {
    (void)net::wait_readable({fd}, net::Deadline());
    const auto datagram = net::receive_datagram(fd, buffer);
    if (pool.stopping()) return;
    if (!datagram || datagram->error) continue;
    const std::uint16_t port = datagram->from.port();
    if (answers_anything(port) || port == listener.address.port()) continue;
    const auto bytes = std::span(buffer).first(std::min(datagram->size, buffer.size()));
    // What cannot be sent is lost, as datagrams are.
    (void)net::send_datagram(fd, bytes, datagram->from, datagram->to);
  }
}

}  // namespace server
