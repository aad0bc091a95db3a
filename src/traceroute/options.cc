#include "traceroute/options.hh"

#include <getopt.h>

#include <string_view>

#include "wire/icmp.hh"

namespace traceroute {

namespace {

enum LongOnly {
  mtu_option = 256,
  back_option,
  mark_option,
  json_option,
  targets_option,
  rate_option,
  networks_option,
  paths_option,
  dot_option,
  help_option,
  unknown_method
};

constexpr option long_options[] = {
    {"first", required_argument, nullptr, 'f'},
    {"icmp", no_argument, nullptr, 'I'},
    {"interface", required_argument, nullptr, 'i'},
    {"max-hops", required_argument, nullptr, 'm'},
    {"sim-queries", required_argument, nullptr, 'N'},
    {"tos", required_argument, nullptr, 't'},
    {"flowlabel", required_argument, nullptr, 'l'},
    {"wait", required_argument, nullptr, 'w'},
    {"queries", required_argument, nullptr, 'q'},
    {"source", required_argument, nullptr, 's'},
    {"sendwait", required_argument, nullptr, 'z'},
    {"extensions", no_argument, nullptr, 'e'},
    {"as-path-lookups", no_argument, nullptr, 'A'},
    {"dont-fragment", no_argument, nullptr, 'F'},
    {"port", required_argument, nullptr, 'p'},
    {"mtu", no_argument, nullptr, mtu_option},
    {"back", no_argument, nullptr, back_option},
    {"fwmark", required_argument, nullptr, mark_option},
    {"json", no_argument, nullptr, json_option},
    {"targets", required_argument, nullptr, targets_option},
    {"rate", required_argument, nullptr, rate_option},
    {"networks", no_argument, nullptr, networks_option},
    {"paths", no_argument, nullptr, paths_option},
    {"dot", no_argument, nullptr, dot_option},
    {"verbose", no_argument, nullptr, 'v'},
    {"version", no_argument, nullptr, 'V'},
    {"help", no_argument, nullptr, help_option},
    // Known from other traceroutes, and told apart from typing errors.
    {"tcp", no_argument, nullptr, 'T'},
    {"udp", no_argument, nullptr, 'U'},
    {"dccp", no_argument, nullptr, 'D'},
    {"debug", no_argument, nullptr, 'd'},
    {"gateway", required_argument, nullptr, 'g'},
    {"module", required_argument, nullptr, 'M'},
    {"options", required_argument, nullptr, 'O'},
    {"protocol", required_argument, nullptr, 'P'},
    {"sport", required_argument, nullptr, unknown_method},
    {nullptr, 0, nullptr, 0}};

constexpr double max_wait = 3600;
constexpr unsigned usual_rate = 1000;  // with many targets
constexpr std::size_t largest_packet = 65000;

Time seconds(std::string_view text, double most, std::string_view what) {
  return Time(static_cast<Time::rep>(cli::seconds(text, 0, most, what) * 1e9));
}

// "MAX", "MAX,HERE" or "MAX,HERE,NEAR", commas or slashes between them.
Waits parse_waits(std::string_view text) {
  Waits waits;
  double* const factors[] = {&waits.here, &waits.near};
  std::size_t end = text.find_first_of(",/");
  waits.most = seconds(text.substr(0, end), max_wait, "-w");
  for (double* factor : factors) {
    if (end == std::string_view::npos) return waits;
    text.remove_prefix(end + 1);
    end = text.find_first_of(",/");
    *factor = cli::seconds(text.substr(0, end), 0, 1e6, "-w");
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

// A number as C writes it: decimal, or hexadecimal after 0x.
std::uint32_t parse_mark(const std::string& text) {
  const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
  std::size_t end = 0;
  unsigned long value = 0;
  try {
    value = std::stoul(text, &end, is_hex ? 16 : 10);
  } catch (const std::exception&) {
    end = 0;
  }
  if (end == 0 || end != text.size() || text[0] == '-' || value > 0xffffffff) {
    throw cli::UsageError("\"" + text + "\": a number of 32 bits expected");
  }
  return static_cast<std::uint32_t>(value);
}

template <typename Number>
Number number(const char* text, std::uint64_t least, std::uint64_t most, std::string_view what) {
  return static_cast<Number>(cli::number(text, least, most, what));
}

[[noreturn]] void refuse_method(int letter) {
  const std::string word =
      letter == unknown_method ? "--sport" : std::string("-") + static_cast<char>(letter);
  throw cli::UsageError(word + ": this traceroute can only send ICMP echo requests");
}

void apply(int letter, Options& options, char** argv) {
  switch (letter) {
    case '4':
      options.family = net::Family::ipv4;
      break;
    case '6':
      options.family = net::Family::ipv6;
      break;
    case 'n':
      options.numeric = true;
      break;
    case 'q':
      options.plan.queries = number<int>(optarg, 1, 10, "-q");
      break;
    case 'f':
      options.plan.first_ttl = number<int>(optarg, 1, 255, "-f");
      break;
    case 'm':
      options.plan.max_ttl = number<int>(optarg, 1, 255, "-m");
      break;
    case 'w':
      options.plan.waits = parse_waits(optarg);
      break;
    case 'N':
      options.plan.window = number<int>(optarg, 1, 1000, "-N");
      break;
    case 'z':
      options.plan.pause = parse_pause(optarg);
      break;
    case 's':
      options.source = optarg;
      break;
    case 'i':
      options.socket.interface = optarg;
      break;
    case 'r':
      options.socket.bypass_routing = true;
      break;
    case 't':
      options.socket.traffic_class = number<int>(optarg, 0, 255, "-t");
      break;
    case 'l':
      options.flow_label = number<std::uint32_t>(optarg, 0, 0xfffff, "-l");
      break;
    case 'p':
      options.first_sequence = number<std::uint16_t>(optarg, 0, 65535, "-p");
      break;
    case 'F':
      options.socket.dont_fragment = true;
      break;
    case 'e':
      options.extensions = true;
      break;
    case 'A':
      options.origins = true;
      break;
    case 'I':
      break;
    case mtu_option:
      options.plan.find_mtu = true;
      options.socket.dont_fragment = true;
      options.plan.window = 1;
      break;
    case back_option:
      options.way_back = true;
      break;
    case mark_option:
      options.socket.mark = parse_mark(optarg);
      break;
    case json_option:
      options.json = true;
      break;
    case targets_option:
      options.targets = optarg;
      break;
    case rate_option:
      options.rate = number<unsigned>(optarg, 1, 1000000, "--rate");
      break;
    case networks_option:
      options.networks = true;
      break;
    case dot_option:
      options.dot = true;
      [[fallthrough]];
    case paths_option:
      options.paths = true;
      break;
    case 'v':
      options.explained = true;
      break;
    case 'V':
      options.action = Options::Action::version;
      break;
    case help_option:
      options.action = Options::Action::help;
      break;
    case '?':
    case ':':
      cli::refuse_option(letter, argv);
    default:
      refuse_method(letter);
  }
}

net::Family family_of_name(std::string_view called) {
  if (called.ends_with('6')) return net::Family::ipv6;
  if (called.ends_with('4')) return net::Family::ipv4;
  return net::Family::any;
}

void read_operands(int count, char** operands, Options& options) {
  if (count < 1) throw cli::UsageError("no host given");
  if (count > 2)
    throw cli::UsageError("one host and one packet length expected, " + std::to_string(count) +
                          " operands given");
  options.host = operands[0];
  if (options.host.empty() || options.host[0] == '-') {
    throw cli::UsageError('"' + options.host + "\": no host has such a name");
  }
  options.plan.name = options.host;
  if (count == 2)
    options.packet_size = number<std::size_t>(operands[1], 0, largest_packet, "packet length");
}

}  // namespace

Options parse_options(int argc, char** argv) {
  Options options;
  if (argc > 0) options.family = family_of_name(argv[0]);
  opterr = 0;
  optind = 1;
  int letter = 0;
  while ((letter = getopt_long(argc, argv, ":46nq:f:m:w:N:z:s:i:rt:l:p:FeAIvVTUDdg:M:O:P:",
                               long_options, nullptr)) != -1) {
    apply(letter, options, argv);
  }
  if (options.action != Options::Action::trace) return options;
  if (options.plan.first_ttl > options.plan.max_ttl) {
    throw cli::UsageError("-f " + std::to_string(options.plan.first_ttl) +
                          ": the first hop lies behind the last, " +
                          std::to_string(options.plan.max_ttl));
  }
  if (options.paths && (options.networks || options.plan.find_mtu)) {
    throw cli::UsageError(std::string("--paths: cannot be used with ") +
                          (options.networks ? "--networks" : "--mtu"));
  }
  const bool many = !options.targets.empty();
  if ((options.networks || options.paths) && (options.json || many)) {
    throw cli::UsageError(std::string(options.paths ? "--paths" : "--networks") +
                          ": cannot be used with " + (options.json ? "--json" : "--targets"));
  }
  if (!many) {
    read_operands(argc - optind, argv + optind, options);
    return options;
  }
  if (optind < argc) {
    throw cli::UsageError("--targets: cannot be used with the host \"" + std::string(argv[optind]) +
                          '"');
  }
  if (!options.rate) options.rate = usual_rate;
  return options;
}

std::size_t packet_size(const Options& options, int family) {
  const std::size_t ip_header = (family == AF_INET6 ? wire::icmp_v6 : wire::icmp_v4).ip_header_size;
  constexpr std::size_t usual_payload = 40;
  const std::size_t usual = options.plan.find_mtu ? largest_packet : ip_header + usual_payload;
  const std::size_t asked = options.packet_size.value_or(usual);
  return std::max(asked, ip_header + wire::icmp_header_size);
}

}  // namespace traceroute
