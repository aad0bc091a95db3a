#include "server/stages/stage_service.hh"

#include <sys/socket.h>

#include <array>
#include <memory>
#include <span>

#include "cli/program.hh"
#include "net/datagram.hh"
#include "net/kernel.hh"
#include "net/wait.hh"

namespace server {

namespace {

// Lines about datagrams that open no session: a stranger must not fill the disk with them.
class RefusalLog {
 public:
  void say(const std::string& text) {
    if (second_.passed()) {
      if (unsaid_ > 0) cli::say("… and " + std::to_string(unsaid_) + " more refused");
      second_ = net::Deadline::after(std::chrono::seconds(1));
      said_ = unsaid_ = 0;
    }
    ++(said_ < max_a_second ? said_ : unsaid_);
    if (unsaid_ == 0) cli::say(text);
  }

 private:
  static constexpr int max_a_second = 20;
  net::Deadline second_ = net::Deadline::after({});
  std::uint64_t said_ = 0, unsaid_ = 0;
};

class StageService {
 public:
  StageService(net::ThreadPool& pool, const StageRules& rules) : pool_(pool), rules_(rules) {}

  void take(const net::Listener& listener) {
    std::array<std::uint8_t, 2048> buffer;
    const auto datagram = net::receive_datagram(listener.socket.get(), buffer);
    if (!datagram) return;
    const auto packet = wire::Bytes(buffer).first(std::min(datagram->size, buffer.size()));
    const std::string client = datagram->from.text();
    if (const auto fault = wire::judge_a1(packet)) {
      refusals_.say("a1 from " + client + " refused: " + fault->text());
      return;
    }
    try {
      open_session(listener, *datagram, wire::decode_header(packet)->student_id);
    } catch (const std::system_error& error) {
      refusals_.say("a1 from " + client + " turned away: " + error.what());
    }
  }

 private:
  void open_session(const net::Listener& listener, const net::Datagram& a1,
                    std::uint16_t student_id) {
    const net::Address local = a1.to.value_or(listener.address);
    const auto session =
        std::make_shared<StageSession>(++count_, a1.from, local, student_id, rules_);
    // The last few are left to the sessions that are on their way: one at least can always go on.
    if (!net::can_open(StageSession::more_descriptors)) {
      refusals_.say("a1 from " + a1.from.text() + " turned away: too few descriptors are left");
      return;
    }
    if (!pool_.run([session, &pool = pool_] { session->run(pool); })) {
      refusals_.say("a1 from " + a1.from.text() +
                    " turned away: " + std::to_string(pool_.running()) + " sessions are open");
      return;
    }
    const auto error = net::send_datagram(listener.socket.get(), session->a2(), a1.from, local);
    if (error) refusals_.say("a2 to " + a1.from.text() + ": " + error.message());
  }

  net::ThreadPool& pool_;
  const StageRules rules_;
  RefusalLog refusals_;
  std::uint64_t count_ = 0;
};

}  // namespace

void serve_stages(const std::vector<net::Listener>& listeners, net::ThreadPool& pool,
                  const StageRules& rules, int stop) {
  StageService service(pool, rules);
  std::vector<int> fds{stop};
  for (const net::Listener& listener : listeners) {
    net::report_local_address(listener.socket.get(), listener.address.family());
    net::enlarge_receive_buffer(listener.socket.get());
    fds.push_back(listener.socket.get());
  }
  while (true) {
    const std::size_t ready = *net::wait_readable(fds, net::Deadline());
    if (ready == 0) break;
    service.take(listeners[ready - 1]);
  }
  pool.stop();
}

}  // namespace server
