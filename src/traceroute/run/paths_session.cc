#include "traceroute/run/paths_session.hh"

#include <algorithm>

#include "cli/program.hh"
#include "net/wait.hh"
#include "traceroute/multipath/multipath.hh"
#include "traceroute/report/paths_text.hh"

namespace traceroute {

namespace {

bool all_named(const PathGraph& graph, AddressInfo& info) {
  return std::ranges::all_of(graph.nodes, [&](const PathNode& node) {
    return !node.reply || info.knows(node.reply->from);
  });
}

struct Found {
  PathGraph graph;
  std::string failure;  // why it is not all that there is, or empty
  int status = 0;
};

Found find_paths(const Plan& plan, FamilySocket& family_socket, AddressInfo& info, int stop) {
  Prober& prober = family_socket.prober;
  // When a probe cannot be sent, the answers to those before are waited for.
  constexpr Time last_answers = std::chrono::seconds(1);
  std::optional<std::string> failure;
  Time end = Time::max();
  Multipath multipath(plan);
  while (true) {
    for (const net::Address& responder : prober.receive()) info.expect(responder);
    if (!failure) {
      if (const auto error = prober.send(multipath, multipath.due(now()))) {
        failure = send_failure(plan, error);
        end = prober.has_sent() ? now() + last_answers : now();
      }
    }
    (void)info.has_news();  // or the wait would return at once for ever
    if (failure ? now() >= end : multipath.done()) {
      Found found{multipath.graph(), failure.value_or(""), failure ? 1 : 0};
      if (failure || all_named(found.graph, info)) return found;
    }
    const net::Deadline deadline = deadline_at(failure ? end : multipath.wake());
    const auto [names, origins] = info.fds();
    const int fds[] = {stop, family_socket.socket.fd(), names, origins};
    const auto ready = net::wait_readable_patiently(fds, deadline.or_sooner(info.deadline()));
    if (ready == 0) {
      (void)prober.receive();  // what has come with the signal
      return {multipath.graph(),
              "interrupted: the search for paths to " + plan.name + " is incomplete",
              cli::interrupted_status};
    }
  }
}

}  // namespace

int show_paths(const Plan& plan, FamilySocket& family_socket, AddressInfo& info, bool for_graphviz,
               int stop) {
  if (plan.by_udp) {
    throw cli::Failure(
        "--paths: a flow needs a raw or a ping socket: setcap cap_net_raw+ep on this program, or "
        "widen the sysctl net.ipv4.ping_group_range");
  }
  if (!for_graphviz) cli::print(header(plan));
  const auto [graph, failure, status] = find_paths(plan, family_socket, info, stop);
  if (!for_graphviz) {
    if (!graph.nodes.empty()) cli::print(paths_text(graph, info.style()));
  } else {
    for (const std::string& line : warnings(graph)) cli::say(line);
    if (graph.proof.end != SearchEnd::all_found && failure.empty()) cli::say(verdict(graph));
    cli::print(paths_dot(graph, plan, info.style()));
  }
  if (!failure.empty()) cli::say(failure);
  return status;
}

}  // namespace traceroute
