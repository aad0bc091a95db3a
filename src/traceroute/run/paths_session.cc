#include "traceroute/run/paths_session.hh"

#include <algorithm>

#include "cli/program.hh"
#include "net/wait.hh"
#include "traceroute/report/paths_text.hh"
#include "traceroute/multipath/multipath.hh"

namespace traceroute {

namespace {

bool all_named(const PathGraph& graph, AddressInfo& directory) {
  return std::all_of(graph.nodes.begin(), graph.nodes.end(), [&](const PathNode& node) {
    return !node.reply || directory.knows(node.reply->from);
  });
}

PathGraph find_paths(const Plan& plan, Prober& prober, const ProbeSocket& socket,
                     AddressInfo& directory) {
  Multipath multipath(plan);
  while (true) {
    for (const net::Address& responder : prober.receive()) directory.expect(responder);
    if (const auto error =
            prober.send(multipath, multipath.due(net::Clock::now().time_since_epoch()))) {
      throw std::system_error(error, "send to " + plan.destination.host());
    }
    directory.has_news();
    if (multipath.done()) {
      PathGraph graph = multipath.graph();
      if (all_named(graph, directory)) return graph;
    }
    const Time wake = multipath.wake();
    const net::Deadline deadline =
        wake == Time::max() ? net::Deadline() : net::Deadline(net::Clock::time_point(wake));
    const auto [names, origins] = directory.fds();
    net::wait_readable({socket.fd(), names, origins}, deadline.or_sooner(directory.deadline()));
  }
}

}  // namespace

void show_paths(const Plan& plan, Prober& prober, const ProbeSocket& socket, AddressInfo& directory,
                bool for_graphviz) {
  if (socket.way() == ProbeWay::udp) {
    throw cli::Failure(
        "--paths: a flow needs a raw or a ping socket: setcap cap_net_raw+ep on this program, or "
        "widen the sysctl net.ipv4.ping_group_range");
  }
  if (!for_graphviz) cli::print(header(plan));
  const PathGraph graph = find_paths(plan, prober, socket, directory);
  if (!for_graphviz) {
    cli::print(paths_text(graph, directory.style()));
    return;
  }
  for (const std::string& line : warnings(graph)) cli::say(line);
  if (graph.end != SearchEnd::all_found) cli::say(verdict(graph));
  cli::print(paths_dot(graph, plan, directory.style()));
}

}  // namespace traceroute
