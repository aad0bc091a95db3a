#include "server/services.hh"

#include <sched.h>
#include <sys/socket.h>

#include <algorithm>
#include <string>

#include "cli/program.hh"
#include "net/file_descriptor.hh"
#include "net/listener.hh"
#include "net/wait.hh"
#include "server/connection_server.hh"
#include "server/document_root.hh"
#include "server/echo.hh"
#include "server/file.hh"
#include "server/random.hh"
#include "server/stages/stage_service.hh"
#include "server/thread_pool.hh"
#include "server/web/web.hh"

namespace server {

namespace {

constexpr std::size_t session_stack = 65536;
// A connection's buffers live on its stack; of it, only what has been used costs memory.
constexpr std::size_t connection_stack = 131072;

// Descriptors that belong to no connection.
constexpr std::size_t spare_descriptors = 32;

std::vector<net::Listener> listen(const Options& options, std::initializer_list<int> types) {
  auto listeners =
      net::listen_on(net::local_addresses(options.address, options.port, options.family), types);
  for (const net::Listener& listener : listeners) cli::say(net::listening_text(listener));
  return listeners;
}

// As many connections as asked for, or as the limit on descriptors leaves room for.
std::size_t max_connections(const Options& options, std::size_t descriptors_each) {
  const std::size_t limit = net::raise_descriptor_limit();
  const std::size_t room = limit > 2 * spare_descriptors ? limit - spare_descriptors : limit / 2;
  const std::size_t most = std::max<std::size_t>(room / descriptors_each, 1);
  if (most >= options.sessions) return options.sessions;
  cli::say("connections at once: " + std::to_string(most) + ", since " + std::to_string(limit) +
           " descriptors may be open");
  return most;
}

// A thread that is woken then does not push aside the one that runs (sched(7), SCHED_BATCH). With a
// thread for each connection that saves a switch of threads at most messages, and so about a
// quarter of the processor's time under load. Threads started afterwards inherit it.
void prefer_throughput() {
  const sched_param no_priority{};
  (void)sched_setscheduler(0, SCHED_BATCH, &no_priority);
}

void serve_connections(const std::vector<net::Listener>& listeners, ConnectionRules rules,
                       int stop) {
  prefer_throughput();
  // Never deleted: to end thousands of parked threads one by one would delay the program's own end.
  ThreadPool& pool =
      *new ThreadPool(ConnectionServer::pool_size(rules.most, listeners.size()), connection_stack);
  ConnectionServer connections(pool, std::move(rules));
  for (const net::Listener& listener : listeners) {
    if (listener.type == SOCK_STREAM) {
      connections.accept_from(listener);
    } else if (!pool.run([&] { echo_datagrams(listener, pool); })) {
      throw cli::Failure("no thread to receive datagrams");
    }
  }
  (void)net::wait_readable({stop}, net::Deadline());
  pool.stop();
}

}  // namespace

void run_stages(const Options& options, int stop) {
  const std::size_t most = max_connections(options, 1);
  const auto listeners = listen(options, {SOCK_DGRAM});
  ThreadPool pool(most, session_stack);
  StageRules rules{options.silence, options.loss_percent, options.verbose};
  if (options.exercise) {
    rules.exercise_seed = options.seed ? *options.seed : random_number(0, 0xffffffff);
    cli::say("exercising clients: seed " + std::to_string(*rules.exercise_seed) +
             " for session 1, and each next session has the next seed");
  }
  serve_stages(listeners, pool, rules, stop);
}

void run_echo(const Options& options, int stop) {
  const std::size_t most = max_connections(options, 1);
  const auto silence = options.silence;
  serve_connections(listen(options, {SOCK_STREAM, SOCK_DGRAM}),
                    {most, silence,
                     [silence](net::Stream& connection, const net::Address&) {
                       echo_stream(connection, silence);
                     },
                     nullptr},
                    stop);
}

void run_file(const Options& options, int stop) {
  const net::FileDescriptor root = open_directory(options.directory);
  const std::size_t most = max_connections(options, 2);
  serve_connections(listen(options, {SOCK_STREAM}),
                    {most, options.silence,
                     [&](net::Stream& connection, const net::Address& peer) {
                       serve_file(connection, peer, root.get(), options.silence, options.verbose);
                     },
                     nullptr},
                    stop);
}

void run_web(const Options& options, int stop) {
  const net::FileDescriptor root = open_directory(options.directory);
  const Site site{root.get(), options.silence, options.list, options.verbose};
  const std::size_t most = max_connections(options, 2);
  serve_connections(listen(options, {SOCK_STREAM}),
                    {most, options.silence,
                     [&site](net::Stream& connection, const net::Address& peer) {
                       serve_web(connection, peer, site);
                     },
                     refuse_web},
                    stop);
}

}  // namespace server
