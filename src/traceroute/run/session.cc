#include "traceroute/run/session.hh"

#include <ctime>
#include <exception>
#include <random>

#include "cli/program.hh"
#include "cli/write.hh"
#include "net/kernel.hh"
#include "net/stop_signal.hh"
#include "net/wait.hh"
#include "traceroute/probe/privilege.hh"
#include "traceroute/report/atlas.hh"
#include "traceroute/run/destination.hh"
#include "traceroute/run/paths_session.hh"
#include "traceroute/run/probe_sockets.hh"
#include "traceroute/run/tracer.hh"
#include "traceroute/run/watch_session.hh"

namespace traceroute {

namespace {

Style style_of(const Options& options) {
  return {options.numeric, options.extensions, options.origins, options.way_back, {}, {}};
}

// Readable once the program is to end, also while it writes what nobody reads. To be called before
// any thread starts.
int stop_descriptor() {
  // As long as the program, whose last words are why it ends.
  static const net::FileDescriptor stop = net::stop_signal(net::Hangup::stops);
  cli::stop_writing_at(stop.get());
  return stop.get();
}

// Whoever reads --json is told there why a host could not be traced, too.
FamilySockets open_sockets(const Options& options) {
  try {
    return open_probe_sockets(options);
  } catch (const std::exception& error) {
    if (options.json && options.targets.empty()) {
      cli::print(atlas_error(options.plan, error.what(), std::time(nullptr)));
    }
    throw;
  }
}

int find_paths(const Options& options, FamilySockets& sockets) {
  const int stop = stop_descriptor();
  Resolver resolver(options.family);
  resolver.ask(options.plan.name);
  const int fds[] = {stop, resolver.fd()};
  auto resolved = resolver.next();
  for (; !resolved; resolved = resolver.next()) {
    if (net::wait_readable_patiently(fds, {}) == 0) {
      cli::say(interrupted_look_up(options.plan.name));
      return cli::interrupted_status;
    }
  }
  if (resolved->addresses.empty()) throw cli::Failure(resolved->error);
  Plan plan = options.plan;
  set_destination(plan, choose(options.plan.name, resolved->addresses, options, sockets.refused),
                  options);
  plan.seed = options.seed ? *options.seed : std::random_device()();
  FamilySocket& socket = sockets.towards(plan, options);
  AddressInfo info(style_of(options));
  return show_paths(plan, socket, info, options.dot, stop);
}

}  // namespace

int run(const Options& options) {
  const bool many = !options.targets.empty();
  FamilySockets sockets = open_sockets(options);
  for (const auto& each : sockets.all) {
    if (many) net::enlarge_receive_buffer(each->socket.fd());
  }
  cli::reopen_terminals();
  drop_privilege();

  if (options.paths) return find_paths(options, sockets);
  AddressInfo info(style_of(options));
  Targets targets = many ? Targets::from_file(options.targets) : Targets(options.plan.name);
  const int stop = stop_descriptor();
  if (options.watch) {
    WatchOutput output(options, info);
    return WatchSession(options, sockets, info, output).run(targets, stop);
  }
  return Tracer(options, sockets, info).run(targets, stop);
}

}  // namespace traceroute
