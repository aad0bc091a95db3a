#include "traceroute/options.hh"

#include <string_view>

#include "traceroute/trace/probe.hh"

namespace traceroute {

namespace {

constexpr std::string_view one_trace = "a plain trace";

const cli::Program program{
    "traceroute",
    "Shows the path to HOST, hop by hop, with the round-trip times of ICMP echo\n"
    "requests.\n",
    {{one_trace, 0, "", "", "", "HOST [PACKETLEN]"},
     {"--networks", 0, "networks", "",
      "draw the path as networks, with their places, after the trace", "HOST [PACKETLEN]"},
     {"--map", 0, "map", "", "draw the path on a map, as an SVG on standard output",
      "HOST [PACKETLEN]"},
     {"--paths", 0, "paths", "", "find all parallel paths, by sending probes of many flows",
      "HOST [PACKETLEN]"},
     {"--watch", 0, "watch", "[SECONDS]",
      "watch the path: ask all hops once in SECONDS, 0.1 to 3600 (1), until q or Ctrl-C",
      "HOST [PACKETLEN]"}},
    "",
    "\nPACKETLEN is the size of a whole packet, 0 to 65000 (60, with IPv6 80).\n"
    "\nExit status: 0 when the path was traced, 1 when it, or any of several, could not\n"
    "be, 2 for wrong usage, 130 when interrupted (0 with --watch).\n",
    {}};

constexpr double max_wait = 3600;
constexpr unsigned usual_rate = 1000;  // with many targets
constexpr std::size_t largest_packet = 65000;
constexpr double min_interval = 0.1;  // of watching: to do no harm

Time seconds(std::string_view text, double min, double max, std::string_view what) {
  return Time(static_cast<Time::rep>(cli::seconds(text, min, max, what) * 1e9));
}

double factor(std::string_view text) {
  try {
    return cli::seconds(text, 0, 1e6, "-w");
  } catch (const cli::UsageError&) {
    throw cli::UsageError("-w \"" + std::string(text) +
                          "\": a number of times from 0 to 1000000 expected");
  }
}

// "MAX", "MAX,HERE" or "MAX,HERE,NEAR", commas or slashes between them.
Waits parse_waits(std::string_view text) {
  Waits waits;
  double* const factors[] = {&waits.here, &waits.near};
  std::size_t end = text.find_first_of(",/");
  waits.max = seconds(text.substr(0, end), 0, max_wait, "-w");
  for (double* field : factors) {
    if (end == std::string_view::npos) return waits;
    text.remove_prefix(end + 1);
    end = text.find_first_of(",/");
    *field = factor(text.substr(0, end));
  }
  if (end != std::string_view::npos) {
    throw cli::UsageError("-w: more than three values: MAX,HERE,NEAR expected");
  }
  return waits;
}

Time parse_pause(std::string_view text) {
  constexpr double max_seconds = 10;
  const double value = cli::seconds(text, 0, max_wait * 1000, "-z");
  return Time(static_cast<Time::rep>(value * (value > max_seconds ? 1e6 : 1e9)));
}

template <typename Field>
cli::Value number(Field& field, std::uint64_t min, std::uint64_t max) {
  return cli::number(field, min, max, cli::Digits::c);
}

// What other traceroutes know, told apart from typing errors; "-M icmp" and "-P icmp" are right.
cli::Option unsupported(char letter, std::string_view name, std::string_view argument = "") {
  auto refused = cli::call([](std::string_view option, std::string_view value) {
    if (value == "icmp") return;
    throw cli::UsageError(std::string(option) +
                          ": this traceroute can only send ICMP echo requests");
  });
  return {letter, name, argument, "", {}, std::move(refused)};
}

std::vector<cli::Option> option_table(Options& o) {
  using cli::set;
  using net::Family;
  const auto family = [&o](Family wanted) {
    return cli::call([&o, wanted](auto, auto) {
      o.both_families |= o.family_typed && o.family != wanted;
      o.family = wanted;
      o.family_typed = true;
    });
  };
  // clang-format off
  cli::Option rows[] = {
      {'4', "", "", "use IPv4 (default: if HOST has such an address)",
       {}, family(Family::ipv4)},
      {'6', "", "", "use IPv6; with -4: trace to an address of each", {}, family(Family::ipv6)},
      {'n', "", "", "show addresses only, no names", {}, set(o.numeric, true)},
      {'F', "dont-fragment", "", "do not let packets be fragmented",
       {}, set(o.socket.dont_fragment, true)},
      {'e', "extensions", "", "show MPLS labels, other ICMP extensions and what the path "
       "changed in the packets",
       {one_trace, "--networks", "--paths", "--watch"}, set(o.extensions, true)},
      {'A', "as-path-lookups", "", "show the number of the network that announces each address",
       {}, set(o.origins, true)},
      {'I', "icmp", "", "use ICMP echo requests: always so", {}, cli::call([](auto, auto) {})},
      {'r', "", "", "do not route: only to hosts on an attached network",
       {}, set(o.socket.bypass_routing, true)},
      {'v', "verbose", "", "tell how each network and place was guessed",
       {"--networks"}, set(o.explained, true)},
      {'f', "first", "TTL", "the first hop shown", {}, number(o.plan.first_ttl, 1, 255)},
      {'m', "max-hops", "TTL", "the last one", {}, number(o.plan.max_ttl, 1, 255)},
      {'q', "queries", "N", "probes for each hop",
       {one_trace, "--networks", "--map"}, number(o.plan.queries, 1, 10)},
      {'w', "wait", "MAX[,HERE,NEAR]", "wait at most MAX seconds for an answer; HERE times as "
       "long as one of the same hop took, NEAR times one of a later hop (default: as long as the "
       "answers so far make sensible)",
       {}, cli::call([&o](auto, auto value) { o.plan.waits = parse_waits(value); })},
      {'N', "sim-queries", "N", "probes unanswered at once at most, hop after hop",
       {one_trace, "--networks", "--map", "--paths"}, number(o.plan.window, 1, 1000)},
      {'z', "sendwait", "PAUSE", "seconds between probes, milliseconds if more than 10",
       {one_trace, "--networks", "--map", "--paths"},
       cli::call([&o](auto, auto value) { o.plan.pause = parse_pause(value); })},
      {'s', "source", "ADDRESS", "send from this address of this host",
       {}, cli::call([&o](auto option, auto value) { o.source = cli::host(value, false, option); })},
      {'i', "interface", "NAME", "send by this interface", {}, cli::text(o.socket.interface)},
      {'t', "tos", "TOS", "the type of service or traffic class octet",
       {}, number(o.socket.traffic_class, 0, 255)},
      {'l', "flowlabel", "LABEL", "the flow label, which only IPv6 has", {}, number(o.flow_label, 0, 0xfffff)},
      {'p', "port", "SEQUENCE", "the sequence number of the first probe (default: a random one)",
       {}, number(o.first_sequence, 0, 65535)},
      {0, "mtu", "", "find the path's MTU (implies -F -N 1)",
       {one_trace, "--networks"}, set(o.plan.find_mtu, true)},
      {0, "back", "", "show the length of the way back where it differs",
       {one_trace, "--networks", "--paths"}, set(o.way_back, true)},
      {0, "fwmark", "MARK", "mark the packets for the local firewall",
       {}, number(o.socket.mark, 0, 0xffffffff)},
      {0, "reached", "", "exit with status 1 unless the destination answered",
       {one_trace, "--networks", "--map"}, set(o.reached, true)},
      {0, "give-up", "K", "end after K silent hops at the end",
       {one_trace, "--networks", "--map"}, number(o.plan.give_up, 1, 255)},
      {0, "json", "", "print each result as a line of JSON, as RIPE Atlas writes it",
       {one_trace, "--watch"}, set(o.json, true)},
      {0, "targets", "FILE", "trace all hosts that are lines of FILE (- is standard input), at "
       "once",
       {one_trace, "--map", "--watch"}, cli::text(o.targets)},
      {0, "rate", "N", "packets a second at most (with --targets: 1000)",
       {one_trace, "--networks", "--map", "--watch"}, number(o.rate, 1, 1000000)},
      {0, "rounds", "N", "end after N rounds",
       {"--watch"}, number(o.rounds, 1, 1000000000)},
      {0, "log", "FILE", "append a line for each change, loss and return to FILE",
       {"--watch"}, cli::text(o.log)},
      {0, "seed", "N", "send the flows of the run that showed this number",
       {"--paths"}, number(o.seed, 0, 0xffffffff)},
      {0, "dot", "", "the same as --paths, as a graph for Graphviz",
       {"--paths"}, set(o.dot, true), true},
      unsupported('T', "tcp"),
      unsupported('U', "udp"),
      unsupported('D', "dccp"),
      unsupported('M', "module", "METHOD"),
      unsupported('O', "options", "OPTIONS"),
      unsupported('P', "protocol", "PROTOCOL"),
      unsupported(0, "sport", "PORT"),
  };
  // clang-format on
  return {std::move_iterator(std::begin(rows)), std::move_iterator(std::end(rows))};
}

net::Family family_of_name(std::string_view called) {
  if (called.ends_with('6')) return net::Family::ipv6;
  if (called.ends_with('4')) return net::Family::ipv4;
  return net::Family::any;
}

// "--watch 0.5 HOST", where 0.5 would be the HOST.
void refuse_lone_seconds(const std::vector<std::string>& operands) {
  if (operands.size() != 2 || operands[0].find('.') != operands[0].rfind('.')) return;
  if (operands[0].find_first_not_of("0123456789.") != std::string::npos) return;
  if (operands[1].find_first_not_of("0123456789") == std::string::npos) return;
  throw cli::UsageError("--watch: SECONDS are part of the option: --watch=" + operands[0]);
}

// What cannot be had together, and what nothing would show.
void refuse_contradictions(const Options& options, std::string_view service) {
  if (options.both_families && (options.paths || options.watch)) {
    throw cli::UsageError(std::string(service) + ": cannot be used with both -4 and -6");
  }
  if (options.json && options.way_back) {
    throw cli::UsageError("--back: cannot be used with --json, which has the ttl of each answer");
  }
  if (options.watch && options.extensions && !options.json) {
    throw cli::UsageError("-e: with --watch only --json shows it");
  }
  if (options.flow_label != 0 && options.family == net::Family::ipv4) {
    throw cli::UsageError("-l: cannot be used with IPv4, which has no flow label");
  }
  if (options.plan.first_ttl > options.plan.max_ttl) {
    throw cli::UsageError("-f " + std::to_string(options.plan.first_ttl) +
                          ": the first hop lies behind the last, " +
                          std::to_string(options.plan.max_ttl));
  }
}

void read_operands(const std::vector<std::string>& operands, Options& options) {
  if (operands.empty()) throw cli::UsageError("a HOST is needed");
  if (operands.size() > 2) {
    throw cli::UsageError("too many operands: \"" + operands[2] +
                          "\"; HOST and PACKETLEN expected");
  }
  options.plan.name = cli::host(operands[0], false);
  if (operands.size() == 2) {
    options.packet_size = static_cast<std::size_t>(
        cli::number(operands[1], 0, largest_packet, "PACKETLEN", cli::Digits::c));
  }
}

}  // namespace

Options parse_options(int argc, char** argv) {
  Options options;
  if (argc > 0) options.family = family_of_name(argv[0]);
  const cli::CommandLine line = cli::parse(program, option_table(options), argc, argv);
  const std::string_view service = program.services[line.service].title;
  options.networks = service == "--networks";
  options.map = service == "--map";
  options.paths = service == "--paths";
  options.watch = service == "--watch";
  if (!line.service_argument.empty()) {
    options.interval = seconds(line.service_argument, min_interval, max_wait, "--watch");
  } else if (options.watch) {
    refuse_lone_seconds(line.operands);
  }
  if (options.both_families) options.family = net::Family::any;
  refuse_contradictions(options, service);
  if (options.plan.find_mtu) {
    options.socket.dont_fragment = true;
    if (!options.plan.window) options.plan.window = 1;
  }
  if (options.flow_label != 0 && !options.both_families) options.family = net::Family::ipv6;
  if (options.targets.empty()) {
    read_operands(line.operands, options);
    return options;
  }
  if (!line.operands.empty()) {
    throw cli::UsageError("--targets: cannot be used with the host \"" + line.operands[0] + '"');
  }
  if (!options.rate) options.rate = usual_rate;
  return options;
}

std::size_t packet_size(const Options& options, net::Family family) {
  const std::size_t ip_header = icmp_of(family).ip_header_size;
  constexpr std::size_t usual_payload = 40;
  const std::size_t usual = options.plan.find_mtu ? largest_packet : ip_header + usual_payload;
  const std::size_t asked = options.packet_size.value_or(usual);
  return std::max(asked, ip_header + wire::min_chosen_size);
}

void set_destination(Plan& plan, const net::Address& destination, const Options& options) {
  plan.destination = destination;
  plan.packet_size = packet_size(options, destination.family());
  plan.traffic_class = static_cast<std::uint8_t>(options.socket.traffic_class);
}

}  // namespace traceroute
