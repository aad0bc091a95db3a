#include <sys/socket.h>

#include <algorithm>

#include "net/error.hh"
#include "net/listener.hh"
#include "net/wait.hh"
#include "server/stages/reserved_port.hh"
#include "server/stages/stage_session.hh"
#include "wire/text.hh"

namespace server {

void StageSession::wait_for_descriptor() const {
  net::pause_on_shortage();
  check_stopping();
}

// While the process has no descriptor left the client waits, as if b2 had been lost.
void StageSession::open_tcp_port() {
  const auto silent = net::Deadline::after(rules_.silence);
  while (true) {
    try {
      tcp_ = open_or_reserve(udp_.address, SOCK_STREAM, plan_.tcp_late);
      net::retransmit_evenly(tcp_.socket.get());
      return;
    } catch (const std::system_error& error) {
      if (!net::is_shortage(error.code().value()) || silent.passed()) throw;
    }
    wait_for_descriptor();
  }
}

net::Stream StageSession::stage_c() {
  open_tcp_port();
  std::optional<net::StopRegistration> udp_registration(std::in_place, *pool_, udp_.socket.get());
  const net::StopRegistration tcp_registration(*pool_, tcp_.socket.get());
  tcp_open_ = plan_.tcp_late.count() == 0;
  std::string late_port;  // in words: a client that was refused may not have tried again
  if (!tcp_open_) {
    const std::chrono::duration<double> late = plan_.tcp_late;
    late_port = wire::format("; tcp_port refused for %.2f s", late.count());
    timers_.add(plan_.tcp_late, [this] {
      open_port(tcp_);
      tcp_open_ = true;
    });
  }
  numbers_.b.tcp_port = tcp_.address.port();
  send_b2(sources_.back());
  log_.b2_sent();
  stage_ = 'c';
  expect_within(plan_.tcp_late + rules_.silence);
  standstill_ = net::Deadline::after(plan_.tcp_late + max_standstill());
  Arrival arrival;
  std::string passed_over;  // what came in place of a connection, in words
  while (true) {
    const Input input = wait();
    check_stopping();
    if (input == Input::none) {
      const std::string seen = "no connection for " + silence_text();
      throw Ended{seen, wire::Fault{wire::Rule::silence, seen}, "",
                  log_.overtaken_acks().append(late_port).append(passed_over)};
    }
    if (input == Input::connection) {
      net::Accepted accepted = net::accept_tcp(tcp_.socket.get());
      if (accepted.socket && std::ranges::any_of(sources_, [&](const net::Address& source) {
            return source.same_host(accepted.peer);
          })) {
        narrate("< c1 from " + accepted.peer.text());
        return net::Stream(std::move(accepted.socket));
      }
      if (accepted.socket && passed_over.empty()) {
        passed_over = " from the client's host; passed over: " + accepted.peer.text();
      }
      if (!accepted.socket && net::is_shortage(accepted.error)) {
        if (standstill_.passed()) net::fail("accept a connection", accepted.error);
        expect_within(rules_.silence);
        // Who has connected needs no b2 again: that socket's descriptor is the one to have.
        udp_registration.reset();
        udp_.socket.reset();
        wait_for_descriptor();
      }
      continue;
    }
    // Nothing else counts any more.
    if (!receive(arrival)) continue;
    if (!fault_of(arrival)) {
      take_b1(arrival);
    } else if (passed_over.empty()) {
      passed_over = "; a datagram came in place of it";
    }
  }
}

void StageSession::send_b2(const net::Address& to) {
  send(wire::encode(numbers_.b, numbers_.a.secret_a, student_id_), to, "b2",
       wire::text(numbers_.b));
}

}  // namespace server
