#include "net/serve.hh"

#include <sys/socket.h>

#include <stdexcept>
#include <utility>

#include "net/kernel.hh"
#include "net/stop_signal.hh"
#include "net/wait.hh"

namespace net {

namespace {

// A connection's buffers live on its stack; of it, only what has been used costs memory.
constexpr std::size_t stack_size = 131072;

}  // namespace

void serve(const std::vector<Listener>& listeners, ConnectionRules rules, int stop,
           Receive receive) {
  prefer_throughput();
  // Never deleted: to end thousands of parked threads one by one would delay the program's own end.
  ThreadPool& pool = *new ThreadPool(ConnectionServer::pool_size(rules.max, listeners.size()),
                                     stack_size, rules.report);
  const FailureReport report = rules.report;
  ConnectionServer connections(pool, std::move(rules));
  for (const Listener& listener : listeners) {
    if (listener.type == SOCK_STREAM) {
      connections.accept_from(listener);
    } else if (!pool.run([&] { receive(listener, pool); })) {
      throw std::runtime_error("no thread to receive datagrams");
    }
  }
  (void)wait_readable_always({&stop, 1}, report);
  pool.stop();
}

void serve(const std::vector<Listener>& listeners,
           std::function<void(Stream&, const Address& peer)> handler) {
  const FileDescriptor stop = stop_signal();
  serve(listeners, ConnectionRules{.serve = std::move(handler)}, stop.get());
}

}  // namespace net
