#include "net/serve.hh"

#include <sys/socket.h>

#include <exception>
#include <stdexcept>
#include <utility>

#include "net/error.hh"
#include "net/kernel.hh"
#include "net/stop_signal.hh"
#include "net/wait.hh"

namespace net {

namespace {

// A connection's buffers live on its stack; of it, only what has been used costs memory.
constexpr std::size_t stack_size = 131072;

// The connections' threads use what goes away when serve() is left, by an exception too.
struct StopAtEnd {
  ThreadPool& pool;
  ~StopAtEnd() { pool.stop(); }
};

// Datagrams are received until the pool stops: what goes wrong, such as a lack of memory, is
// reported when it begins, and tried again.
void receive_always(const Receive& receive, const Listener& listener, ThreadPool& pool,
                    const FailureReport& report) {
  for (bool reported = false;; reported = true) {
    try {
      return receive(listener, pool);
    } catch (const std::exception& failure) {
      if (!reported) report(reason(failure));
    }
    if (pool.stopping()) return;
    pause_on_shortage();
  }
}

}  // namespace

void serve(const std::vector<Listener>& listeners, ConnectionRules rules, int stop,
           Receive receive) {
  prefer_throughput();
  // Never deleted: to end thousands of parked threads one by one would delay the program's own end.
  ThreadPool& pool = *new ThreadPool(ConnectionServer::pool_size(rules.max, listeners.size()),
                                     stack_size, rules.report);
  const FailureReport report = rules.report;
  ConnectionServer connections(pool, std::move(rules));
  const StopAtEnd stop_at_end{pool};
  for (const Listener& listener : listeners) {
    if (listener.type == SOCK_STREAM) {
      connections.accept_from(listener);
    } else if (!pool.run([&] { receive_always(receive, listener, pool, report); })) {
      throw std::runtime_error("no thread to receive datagrams");
    }
  }
  const int fds[] = {stop, connections.unattended()};
  while (wait_readable_always(fds, report) != 0) {
    if (!connections.attend()) pause_on_shortage();
  }
}

void serve(const std::vector<Listener>& listeners,
           std::function<void(Stream&, const Address& peer)> handler) {
  const FileDescriptor stop = stop_signal();
  serve(listeners, ConnectionRules{.serve = std::move(handler)}, stop.get());
}

}  // namespace net
