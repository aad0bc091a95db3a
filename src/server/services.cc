#include "server/services.hh"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>

#include "cli/program.hh"
#include "net/error.hh"
#include "net/file_descriptor.hh"
#include "net/listener.hh"
#include "net/serve.hh"
#include "server/handlers.hh"
#include "server/random.hh"
#include "server/stages/stage_service.hh"
#include "server/web/web.hh"

namespace server {

namespace {

constexpr std::size_t session_stack = 65536;

// Descriptors of no connection that is served: this program's own, and those of connections that
// are refused and of threads that wait for the next one.
constexpr std::size_t own_descriptors = 11;
std::size_t spare_descriptors(std::size_t limit) {
  return std::min(limit / 2 + limit / 8, std::clamp<std::size_t>(limit / 32, 32, 160));
}

// `client_needs` says how many descriptors must be left for one client at least.
std::vector<net::Listener> listen(const Options& options, ServiceLog& log,
                                  std::initializer_list<int> types, int client_needs) {
  try {
    auto listeners = net::listen_on(options.addresses, types);
    if (!net::can_open(client_needs) && net::is_shortage(errno)) {
      net::fail("open the " + std::to_string(client_needs) + " descriptors that one client takes");
    }
    log.begin(listeners);
    return listeners;
  } catch (const std::system_error& error) {
    if (error.code().value() != EACCES || options.port >= 1024) throw;
    throw cli::Failure(std::string(error.what()) +
                       ": a port below 1024 needs root, or this program setcap "
                       "cap_net_bind_service+ep; PORT may be any other");
  }
}

// As many connections as asked for, or as the limit on descriptors leaves room for; the latter is
// said to who asked for more.
std::size_t max_connections(const Options& options, std::size_t descriptors_each) {
  const std::size_t limit = net::raise_descriptor_limit();
  const std::size_t room = limit - spare_descriptors(limit);
  const std::size_t max = std::max<std::size_t>(room / descriptors_each, 1);
  const std::size_t wanted = options.sessions.value_or(default_sessions);
  if (max >= wanted) return wanted;
  if (options.sessions) {
    cli::say("connections at once: " + std::to_string(max) + ", since " + std::to_string(limit) +
             " descriptors may be open");
  }
  return max;
}

// Sessions of the four stages; with a seed, awkward ones.
void serve_sessions(const Options& options, ServiceLog& log, int stop,
                    std::optional<std::uint64_t> seed) {
  const std::size_t max = max_connections(options, 1);
  const auto listeners = listen(options, log, {SOCK_DGRAM}, 1 + StageSession::more_descriptors);
  net::ThreadPool pool(max, session_stack, cli::say);
  if (seed) {
    cli::say("exercising clients: seed " + std::to_string(*seed) +
             " for session 1, and each next session has the next seed");
  }
  serve_stages(listeners, pool,
               {.silence = options.silence,
                .loss_percent = seed ? 0 : options.loss_percent,
                .verbose = options.verbose,
                .exercise_seed = seed,
                .per_host = options.per_host.value_or(0),
                .records = log.records()},
               stop);
}

// Serves TCP, and UDP if there are `datagrams`; a connection takes `descriptors_each`.
void serve(const Options& options, ServiceLog& log, int stop, int descriptors_each,
           net::ConnectionRules rules, net::Receive datagrams = nullptr) {
  constexpr int event_descriptors = 2;  // that net::serve needs for itself: a pipe
  const auto each = static_cast<std::size_t>(descriptors_each);
  rules.max = max_connections(options, each);
  rules.silence = options.silence;
  rules.report = cli::say;
  const int client_needs = descriptors_each + event_descriptors;
  const auto listeners = datagrams ? listen(options, log, {SOCK_STREAM, SOCK_DGRAM}, client_needs)
                                   : listen(options, log, {SOCK_STREAM}, client_needs);
  // Those that are refused, and threads that wait, take no descriptor from those that are served.
  const std::size_t left = net::raise_descriptor_limit() - rules.max * each;
  const auto accepting = std::ranges::count(listeners, SOCK_STREAM, &net::Listener::type);
  rules.share(left - std::min(left, own_descriptors), static_cast<std::size_t>(accepting));
  net::serve(listeners, std::move(rules), stop, std::move(datagrams));
}

}  // namespace

void run_stages(const Options& options, ServiceLog& log, int stop) {
  serve_sessions(options, log, stop, std::nullopt);
}

void run_exercise(const Options& options, ServiceLog& log, int stop) {
  serve_sessions(options, log, stop, options.seed ? *options.seed : random_number(0, 0xffffffff));
}

void run_daytime(const Options& options, ServiceLog& log, int stop) {
  const auto tell = [&](net::Stream& connection, const net::Address&) {
    daytime_stream(connection, net::Deadline::after(options.silence));
  };
  serve(options, log, stop, 1, {.serve = tell}, daytime_datagrams);
}

void run_echo(const Options& options, ServiceLog& log, int stop) {
  const auto echo = [&](net::Stream& connection, const net::Address&) {
    echo_stream(connection, options.silence);
  };
  serve(options, log, stop, 1, {.serve = echo}, echo_datagrams);
}

void run_file(const Options& options, ServiceLog& log, int stop) {
  DocumentRoot root(options.directory);
  const auto send = [&](net::Stream& connection, const net::Address& peer) {
    serve_file(connection, peer, root, options.silence, options.verbose);
  };
  serve(options, log, stop, 2, {.serve = send, .resets = true});
}

void run_web(const Options& options, ServiceLog& log, int stop) {
  DocumentRoot root(options.directory);
  const Site site{&root, options.silence, options.list, log.records()};
  const auto answer = [&](net::Stream& connection, const net::Address& peer) {
    serve_web(connection, peer, site);
  };
  serve(options, log, stop, 2, {.serve = answer, .refuse = refuse_web});
}

}  // namespace server
