// One client's session at a scripted server.
#pragma once

#include <map>

#include "net/wait.hh"
#include "server/stages/reserved_port.hh"
#include "support/scripted/server.hh"

namespace scripted {

inline constexpr auto silence = 3s;
inline constexpr auto tick = 50ms;  // how soon a session sees that the test is over

inline net::Address loopback(net::Family family) {
  return *net::Address::parse(family == net::Family::ipv6 ? "::1" : "127.0.0.1");
}

inline net::Listener open_or_reserve(net::Family family, int type, std::chrono::milliseconds late) {
  const net::Address any = loopback(family);
  return late.count() > 0 ? server::reserve_port(any, type)
                          : std::move(net::listen_on({any}, {type}).front());
}

struct Server::Session {
  const std::atomic<bool>& stop;
  net::Address client;
  std::uint16_t student_id = 0;
  int number;
  net::Listener udp = {}, tcp = {};
  net::FileDescriptor fresh = {};  // sends replies from another port
  wire::A2 a{};
  wire::B2 b{};
  wire::C2 c{};
  wire::D2 d{};
  net::Clock::time_point begin = net::Clock::now();
  std::map<std::uint32_t, std::chrono::nanoseconds> last_came = {};  // by the system's clock
  std::map<std::uint32_t, int> arrivals = {};
  std::set<std::uint32_t> acked = {};
  std::size_t counted_again = 0;

  // False when the span, or the test, is over.
  bool wait(int fd, std::chrono::milliseconds span, bool for_ever) const {
    const auto end = net::Deadline::after(span);
    while (!stop && (for_ever || !end.passed())) {
      if (net::wait_readable({fd}, end.or_sooner(net::Deadline::after(tick)))) return true;
    }
    return false;
  }
  void sleep(std::chrono::milliseconds span) const {
    if (span.count() > 0) wait(-1, span, false);
  }
};

}  // namespace scripted
