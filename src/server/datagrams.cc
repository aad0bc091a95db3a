#include "server/handlers.hh"

#include <algorithm>
#include <array>

#include "cli/program.hh"
#include "net/datagram.hh"
#include "net/sockaddr.hh"
#include "net/wait.hh"
#include "server/random.hh"
#include "server/repeat_limiter.hh"

namespace server {

namespace {

constexpr std::size_t max_datagram = 65535;

// Ports below are those of services, and one that answers anything (echo, discard, chargen, DNS …)
// would have its answer answered, for ever (CVE-2024-2169).
constexpr std::uint16_t min_client_port = 1024;

std::span<const std::uint8_t> bytes_of(const net::SocketAddress& address) {
  return {reinterpret_cast<const std::uint8_t*>(address.get()), address.size()};
}

}  // namespace

void answer_datagrams(const net::Listener& listener, net::ThreadPool& pool, const Answer& answer) {
  const int fd = listener.socket.get();
  const net::StopRegistration registration(pool, fd);
  net::report_local_address(fd, listener.address.family());
  constexpr std::uint32_t max = 0xffffffff;
  RepeatLimiter limiter(std::uint64_t{random_number(0, max)} << 32 | random_number(0, max));
  std::array<std::uint8_t, max_datagram> buffer;
  while (true) {
    (void)net::wait_readable_always({&fd, 1}, cli::say);
    const auto datagram = net::receive_datagram(fd, buffer);
    if (pool.stopping()) return;
    if (!datagram || datagram->error || datagram->to_group) continue;
    // Two such servers would answer what the other one answers.
    const std::uint16_t port = datagram->from.port();
    if (port < min_client_port || port == listener.address.port()) continue;
    const auto bytes = answer(std::span(buffer).first(std::min(datagram->size, buffer.size())));
    const net::SocketAddress peer(datagram->from);
    if (!limiter.allows(bytes_of(peer), bytes, net::Clock::now())) continue;
    // What cannot be sent is lost, as datagrams are.
    (void)net::send_datagram(fd, bytes, datagram->from, datagram->to);
  }
}

}  // namespace server
