#include "traceroute/report/paths_text.hh"

#include <algorithm>

#include "traceroute/multipath/stopping_rule.hh"
#include "wire/text.hh"

namespace traceroute {

namespace {

// "a" … "z", "aa" …: the letter of the n-th node of a hop.
std::string letter(std::size_t n) {
  const std::string last(1, static_cast<char>('a' + n % 26));
  return n < 26 ? last : letter(n / 26 - 1) + last;
}

std::string label(const PathGraph& graph, std::size_t node) {
  const int ttl = graph.nodes[node].ttl;
  const std::vector<std::size_t> hop = graph.at(ttl);
  const std::string number = std::to_string(ttl);
  return hop.size() == 1 ? number : number + letter(node - hop.front());
}

std::string milliseconds(Time time) { return wire::format("%.3f ms", in_milliseconds(time)); }

// "1,3,5-6", counted from 1.
std::string ranges(const std::vector<int>& numbers) {
  std::string text;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    if (!text.empty()) text += ',';
    text += std::to_string(numbers[i] + 1);
    if (last > i) text += last == i + 1 ? ',' : '-';
    if (last > i) text += std::to_string(numbers[last] + 1);
    i = last + 1;
  }
  return text;
}

bool contains(const std::vector<int>& ttls, int ttl) {
  return std::ranges::find(ttls, ttl) != ttls.end();
}

std::string node_text(const PathGraph& graph, std::size_t index, const Style& style) {
  const PathNode& node = graph.nodes[index];
  std::string text(node.ttl < 10 ? 1 : 0, ' ');
  text += label(graph, index);
  text.resize(std::max<std::size_t>(text.size() + 1, 4), ' ');
  if (node.reply) {
    text += responder(*node.reply, node.ttl, style) + "  " + milliseconds(node.rtt);
    const std::string note = mark(*node.reply);
    if (!note.empty()) text += ' ' + note;
  } else {
    text += " *";
  }
  const bool is_alone = graph.at(node.ttl).size() == 1;
  if (!is_alone && !contains(graph.mixed, node.ttl)) text += "  flows " + ranges(node.flows);
  std::string sources;
  for (const PathLink& link : graph.links) {
    if (link.to == index) sources += ' ' + label(graph, link.from);
  }
  const bool is_obvious = is_alone && graph.at(node.ttl - 1).size() <= 1;
  if (!sources.empty() && !is_obvious) text += "  from" + sources;
  return text + '\n';
}

std::string diamond_text(const PathGraph& graph, const Diamond& diamond) {
  const bool same = diamond.shortest == diamond.longest;
  return "diamond " + label(graph, diamond.from) + " -> " + label(graph, diamond.to) + ": " +
         std::to_string(diamond.width) + " wide, " + std::to_string(diamond.shortest) +
         (same ? "" : " to " + std::to_string(diamond.longest)) + " long\n";
}

// A quoted string of the dot language: names and hosts are strangers' texts.
std::string dot_string(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += static_cast<unsigned char>(c) < ' ' ? '?' : c;
  }
  return result + '"';
}

std::string summary(const PathGraph& graph) {
  return std::to_string(graph.flows) + " flows, " + std::to_string(graph.probes) +
         " probes, seed " + std::to_string(graph.seed) + "; " + verdict(graph);
}

}  // namespace

std::vector<std::string> warnings(const PathGraph& graph) {
  std::vector<std::string> lines;
  for (const int ttl : graph.mixed) {
    const bool inherited = contains(graph.mixed, ttl - 1);
    lines.push_back("hop " + std::to_string(ttl) + ": " +
                    (inherited ? "balanced per packet here or before"
                               : "balanced per packet: one flow reaches different routers"));
  }
  for (const auto& [ttl, lost, all] : graph.doubtful) {
    lines.push_back(
        wire::format("hop %d: %d of %d probes not answered: a silent router may stand "
                     "beside those that answer",
                     ttl, lost, all));
  }
  for (const int ttl : graph.unknown_from) {
    lines.push_back("hop " + std::to_string(ttl) + " to " + std::to_string(ttl + 1) +
                    ": links not known, since packets of one flow part before");
  }
  return lines;
}

std::string verdict(const PathGraph& graph) {
  const std::string more = "there may be more paths than these: ";
  switch (graph.proof.end) {
    case SearchEnd::all_found:
      break;
    case SearchEnd::too_many_next_hops:
      return more + "a hop has more than " + std::to_string(max_next_hops) + " addresses";
    case SearchEnd::too_many_flows:
      return more + "too few of " + std::to_string(max_flows) + " flows pass some router";
    case SearchEnd::too_many_probes:
      return more + "stopped at the limit of " + std::to_string(max_search_probes) + " probes";
    case SearchEnd::too_long:
      return more + "stopped after " + std::to_string(max_search_time.count()) + " minutes";
    case SearchEnd::interrupted:
      return more + "interrupted";
  }
  int answering = 0;
  for (const PathNode& node : graph.nodes) {
    if (node.reply) answering = node.ttl;
  }
  if (answering == 0 && !graph.nodes.empty()) return "nobody answers: the paths are not known";
  const bool ends_in_silence = !graph.nodes.empty() && graph.nodes.back().ttl > answering;
  return std::string("each balancer's next hops are all here with 95 % confidence") +
         (ends_in_silence ? ", up to hop " + std::to_string(answering) + ", the last to answer"
                          : "") +
         (graph.proof.supposes_alike ? ", if routers side by side are alike" : "") +
         (graph.doubtful.empty() ? "" : ", if no silent router hides behind lost answers") +
         (graph.proof.lacks_flows_of_silent ? ", those behind silent routers with less" : "");
}

std::string paths_text(const PathGraph& graph, const Style& style) {
  std::string text;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) text += node_text(graph, i, style);
  text += '\n';
  for (const Diamond& diamond : diamonds(graph)) text += diamond_text(graph, diamond);
  for (const std::string& line : warnings(graph)) text += "warning: " + line + '\n';
  return text + summary(graph) + '\n';
}

std::string paths_dot(const PathGraph& graph, const Plan& plan, const Style& style) {
  std::string text =
      "digraph " + dot_string("paths to " + wire::visible(plan.name)) + " {\n  node [shape=box];\n";
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const PathNode& node = graph.nodes[i];
    std::string says = label(graph, i);
    if (node.reply) {
      says += responder(*node.reply, node.ttl, style) + ' ' + milliseconds(node.rtt);
    } else {
      says += " *";
    }
    text += "  " + dot_string(label(graph, i)) + " [label=" + dot_string(says) +
            (contains(graph.mixed, node.ttl) ? ", color=red" : "") + "];\n";
  }
  for (const PathLink& link : graph.links) {
    text += "  " + dot_string(label(graph, link.from)) + " -> " +
            dot_string(label(graph, link.to)) + ";\n";
  }
  for (const int ttl : graph.unknown_from) {
    for (const std::size_t from : graph.at(ttl)) {
      for (const std::size_t to : graph.at(ttl + 1)) {
        text += "  " + dot_string(label(graph, from)) + " -> " + dot_string(label(graph, to)) +
                " [style=invis];\n";
      }
    }
  }
  for (const std::string& line : warnings(graph)) text += "  // " + line + '\n';
  text += "  // " + summary(graph) + '\n';
  return text + "}\n";
}

}  // namespace traceroute
