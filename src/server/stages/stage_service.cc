#include "server/stages/stage_service.hh"

#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "cli/program.hh"
#include "net/datagram.hh"
#include "net/error.hh"
#include "net/kernel.hh"
#include "net/wait.hh"
#include "server/stages/host_limit.hh"
#include "wire/diagnosis.hh"

namespace server {

namespace {

// Lines about datagrams that open no session: a stranger must not fill the disk with them.
class RefusalLog {
 public:
  ~RefusalLog() { say_unsaid(); }
  void say(std::string_view text) {
    if (second_.passed()) {
      say_unsaid();
      second_ = net::Deadline::after(std::chrono::seconds(1));
      said_ = unsaid_ = 0;
    }
    ++(said_ < max_a_second ? said_ : unsaid_);
    if (unsaid_ == 0) cli::say(text);
  }

 private:
  void say_unsaid() const noexcept {
    if (unsaid_ == 0) return;
    char text[64];
    std::snprintf(text, sizeof text, "… and %llu more refused",
                  static_cast<unsigned long long>(unsaid_));
    cli::say(text);
  }

  static constexpr int max_a_second = 20;
  net::Deadline second_ = net::Deadline::after({});
  std::uint64_t said_ = 0, unsaid_ = 0;
};

class StageService {
 public:
  StageService(net::ThreadPool& pool, const StageRules& rules)
      : pool_(pool), rules_(rules), hosts_(rules.per_host) {}

  // What is there, up to a bound. Whatever goes wrong, such as a lack of memory, concerns one
  // datagram.
  void take_turn(const net::Listener& listener) {
    for (int i = 0; i < net::max_in_turn; ++i) {
      try {
        if (!take(listener)) return;
      } catch (const std::exception& error) {
        cli::say(net::reason(error));
      }
    }
  }

 private:
  bool take(const net::Listener& listener) {
    std::array<std::uint8_t, 2048> buffer;
    const auto datagram = net::receive_datagram(listener.socket.get(), buffer);
    if (!datagram || datagram->error) return false;
    const auto packet = wire::Bytes(buffer).first(std::min(datagram->size, buffer.size()));
    const std::string client = datagram->from.text() + id_text(packet);
    if (const auto why = refusal(*datagram, packet)) {
      refuse(client, *why);
    } else {
      try {
        open_session(listener, *datagram, client, wire::decode_header(packet)->student_id);
      } catch (const std::exception& error) {
        refuse(client, std::string("turned away: ") + net::reason(error));
      }
    }
    return true;
  }

  // " id 461"; empty for what has no header.
  static std::string id_text(wire::Bytes packet) {
    const auto header = wire::decode_header(packet);
    const bool is_text = !wire::quoted_text(packet).empty();
    return header && !is_text ? " id " + std::to_string(header->student_id) : "";
  }

  // Why a datagram opens no session, if so.
  static std::optional<std::string> refusal(const net::Datagram& datagram, wire::Bytes packet) {
    if (datagram.to_group) {
      return "refused: it was sent to the broadcast or multicast address " + datagram.to->host();
    }
    if (datagram.from.port() == 0) return "refused: no answer can go to port 0";
    const auto fault = with_size(wire::judge_a1(packet), datagram);
    return fault ? std::optional("refused: " + fault->text()) : std::nullopt;
  }

  void refuse(const std::string& client, const std::string& why) {
    refusals_.say("a1 from " + client + ' ' + why);
  }

  void open_session(const net::Listener& listener, const net::Datagram& a1,
                    const std::string& client, std::uint16_t student_id) {
    std::shared_ptr<void> place;
    if (rules_.per_host > 0 && !(place = hosts_.enter(a1.from.host()))) {
      return refuse(client, "turned away: " + std::to_string(rules_.per_host) +
                                " sessions of this host are open (--per-host)");
    }
    const net::Address local = a1.to.value_or(listener.address);
    const auto session =
        std::make_shared<StageSession>(++count_, a1.from, local, student_id, rules_);
    // The last few are left to the sessions that are on their way: one at least can always go on.
    if (!net::can_open(StageSession::more_descriptors)) {
      return refuse(client, "turned away: too few descriptors are left");
    }
    const auto task = [session, place, &listener, local, to = a1.from, &pool = pool_] {
      session->run(pool, net::send_datagram(listener.socket.get(), session->a2(), to, local));
    };
    if (!pool_.run(task)) {
      const std::size_t open = pool_.running();
      return refuse(client, open < pool_.max()
                                ? "turned away: there is no thread for it"
                                : "turned away: " + std::to_string(open) + " sessions are open");
    }
  }

  net::ThreadPool& pool_;
  const StageRules rules_;
  HostLimit hosts_;
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
  while (const std::size_t ready = net::wait_readable_always(fds, cli::say)) {
    service.take_turn(listeners[ready - 1]);
  }
  pool.stop();
}

}  // namespace server
