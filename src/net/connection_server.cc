#include "net/connection_server.hh"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <stdexcept>
#include <utility>

#include "net/error.hh"
#include "net/wait.hh"

namespace net {

namespace {

// How long one too many may take to read why.
constexpr auto refusal_time = std::chrono::milliseconds(200);

// What a line that concerns all those who would connect begins with.
constexpr std::string_view connections_wait = "connections wait until others have ended",
                           cannot_accept = "accept a connection";

// Errors of accept(2) that concern one connection or one call only.
bool is_passing(int error) {
  return error == EAGAIN || error == EINTR || error == ECONNABORTED || error == EPROTO;
}

// Counts one more for as long as it lives.
class Counted {
 public:
  explicit Counted(std::atomic<std::size_t>& count) : count_(count), before_(count.fetch_add(1)) {}
  ~Counted() { count_.fetch_sub(1); }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  [[nodiscard]] std::size_t before() const { return before_; }

 private:
  std::atomic<std::size_t>& count_;
  const std::size_t before_;
};

}  // namespace

std::size_t ConnectionServer::pool_size(std::size_t max, std::size_t listeners) {
  const ConnectionRules most;
  return max + most.max_refusing + listeners * most.max_waiting;
}

void ConnectionRules::share(std::size_t descriptors, std::size_t listeners) {
  max_waiting = std::clamp<std::size_t>(descriptors / 2 / listeners, 1, max_waiting);
  const std::size_t waiting = std::min(descriptors, listeners * max_waiting);
  max_refusing = std::min(descriptors - waiting, max_refusing);
}

void ConnectionServer::accept_from(const Listener& listener) {
  set_accept_timeout(listener.socket.get(), rules_.silence);
  if (rules_.resets) reset_on_close(listener.socket.get());
  AcceptQueue& queue = queues_.emplace_back(pool_, listener.socket.get());
  if (!send_waiter(queue)) throw std::runtime_error("no thread to accept connections");
}

bool ConnectionServer::send_waiter(AcceptQueue& queue) {
  queue.waiting.fetch_add(1);
  if (pool_.run([this, &queue] { work(queue); })) return true;
  queue.waiting.fetch_sub(1);
  return false;
}

bool ConnectionServer::attend() {
  unattended_.clear();
  for (AcceptQueue& queue : queues_) {
    if (queue.waiting > 0 || send_waiter(queue)) continue;
    unattended_.set();
    return false;
  }
  note(lacks_threads_, false, {}, {});
  return true;
}

void ConnectionServer::work(AcceptQueue& queue) {
  while (true) {
    Accepted accepted = accept_tcp(queue.socket);
    const bool was_last = queue.waiting.fetch_sub(1) == 1;
    if (accepted.socket) {
      // With no thread to be had, newcomers wait in the backlog until this one is back, or until
      // attend() finds another.
      if (was_last) {
        const bool is_short = !send_waiter(queue);
        if (is_short) unattended_.set();
        note(lacks_threads_, is_short, connections_wait, "there is no thread to accept them");
      }
      note(cannot_accept_, false, {}, {});
      try {
        take(std::move(accepted.socket), accepted.peer);
      } catch (const std::exception& failure) {
        report(&accepted.peer, {}, reason(failure));
      }
    } else if (pool_.stopping() || (accepted.error == EAGAIN && !was_last)) {
      return;  // or nobody came within the listener's time-out, and others are waiting
    } else if (!is_passing(accepted.error)) {
      const bool may_pass = is_shortage(accepted.error);
      note(cannot_accept_, true, may_pass ? connections_wait : cannot_accept,
           std::strerror(accepted.error));
      pause_on_shortage();
    }
    if (queue.waiting.fetch_add(1) >= rules_.max_waiting) {
      queue.waiting.fetch_sub(1);
      return;
    }
  }
}

// A shortage is reported when it begins, and not again for some time: each connection that ends may
// let one in, and end it for that long.
void ConnectionServer::note(Shortage& shortage, bool is_short, std::string_view event,
                            std::string_view reason) {
  if (shortage.lasts == is_short) return;
  if (shortage.lasts.exchange(is_short) || !is_short || pool_.stopping()) return;
  const auto now = Clock::now().time_since_epoch();
  Clock::rep next = shortage.next_report;
  const Clock::rep after = (now + Clock::duration(rules_.between_reports)).count();
  // One thread of several has the word.
  if (now.count() < next || !shortage.next_report.compare_exchange_strong(next, after)) return;
  report(nullptr, event, reason);
}

// With a peer, or else an event.
void ConnectionServer::report(const Address* peer, std::string_view event,
                              std::string_view reason) const noexcept {
  try {
    rules_.report((peer ? peer->text() : std::string(event)) + ": " + std::string(reason));
  } catch (const std::bad_alloc&) {
    rules_.report(reason);
  }
}

void ConnectionServer::take(FileDescriptor connection, const Address& peer) {
  Stream stream(std::move(connection));
  const StopRegistration registration(pool_, stream.get());
  {
    const Counted open(open_);
    if (open.before() < rules_.max) return rules_.serve(stream, peer);
  }
  if (!rules_.resets) turn_away(stream);
}

void ConnectionServer::turn_away(Stream& connection) {
  const Counted refusing(refusing_);
  if (refusing.before() >= rules_.max_refusing) return;
  if (rules_.refuse) rules_.refuse(connection);
  connection.finish(Deadline::after(refusal_time));
}

}  // namespace net
