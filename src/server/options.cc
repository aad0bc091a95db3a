#include "server/options.hh"

#include <getopt.h>

#include <limits>
#include <optional>

namespace server {

const cli::Program program{
    "server",
    "[-46v] [-b ADDRESS] [-n SESSIONS] [-t SECONDS] [-l PERCENT | -c[SEED] | -e | -f DIR | -w DIR "
    "[-l]] "
    "[PORT]",
    R"(Serves the course's four-stage protocol, or one of the lecture's other services,
on all addresses of both families, with a thread for each session or connection.

                          the four-stage protocol, on UDP port 12235
  -c, --check[=SEED]      the same, to exercise clients: sessions as awkward as the
                          protocol allows, and what the client did wrong; drawn
                          from SEED (-cSEED, or as a word before PORT)
  -e, --echo              echo, on TCP and UDP port 7
  -f, --file DIR          files below DIR by name, on TCP port 8080
  -w, --web DIR           HTTP/1.1, the files below DIR, on TCP port 8000

PORT replaces the default; 0 is any free port.

  -4, --ipv4              listen on IPv4 only
  -6, --ipv6              listen on IPv6 only
  -b, --bind ADDRESS      listen on this address only
  -l, --loss PERCENT      four stages: share of data packets not acked, 0 to 99
                          (25); unless it is 0, one packet of each session at
                          least
  -l, --list              after -w: list directories that have no index.html
  -n, --sessions SESSIONS sessions or connections at once, 1 to 30000 (10000)
  -t, --time SECONDS      silence allowed to a client, 0.1 to 86400 (four stages
                          3, echo 600, file and web 60)
  -v, --verbose           four stages and file: tell what happens on standard
                          error; web: log each request on standard output
      --help              show this text
      --version           show the version

Exit status: 0 when stopped by SIGINT or SIGTERM, 1 after a failure, 2 for wrong
usage.
)"};

namespace {

constexpr std::chrono::seconds default_silence(Service service) {
  switch (service) {
    case Service::stages:
      return std::chrono::seconds(3);
    case Service::echo:
      return std::chrono::seconds(600);
    case Service::file:
    case Service::web:
      break;
  }
  return std::chrono::seconds(60);
}

constexpr std::uint16_t default_port(Service service) {
  switch (service) {
    case Service::stages:
      return 12235;
    case Service::echo:
      return 7;
    case Service::file:
      return 8080;
    case Service::web:
      break;
  }
  return 8000;
}

std::uint64_t parse_seed(const char* text) {
  return cli::number(text, 0, std::numeric_limits<std::uint64_t>::max(), "SEED");
}

void choose(Options& options, Service service, const char* directory) {
  if (options.service != Service::stages) throw cli::UsageError("one of -e, -f and -w at a time");
  options.service = service;
  if (directory) options.directory = directory;
}

}  // namespace

Options parse(int argc, char** argv) {
  enum { help = 256, version, loss, list };
  static const option long_options[] = {{"ipv4", no_argument, nullptr, '4'},
                                        {"ipv6", no_argument, nullptr, '6'},
                                        {"bind", required_argument, nullptr, 'b'},
                                        {"check", optional_argument, nullptr, 'c'},
                                        {"echo", no_argument, nullptr, 'e'},
                                        {"file", required_argument, nullptr, 'f'},
                                        {"list", no_argument, nullptr, list},
                                        {"loss", required_argument, nullptr, loss},
                                        {"sessions", required_argument, nullptr, 'n'},
                                        {"time", required_argument, nullptr, 't'},
                                        {"verbose", no_argument, nullptr, 'v'},
                                        {"web", required_argument, nullptr, 'w'},
                                        {"help", no_argument, nullptr, help},
                                        {"version", no_argument, nullptr, version},
                                        {}};
  Options options;
  std::optional<std::chrono::milliseconds> silence;
  std::optional<unsigned> loss_percent;
  opterr = 0;
  int letter = 0;
  // -l takes a value with the four stages and none after -w.
  const auto letters = [&options] {
    return options.service == Service::web ? ":46b:c::ef:ln:t:vw:" : ":46b:c::ef:l:n:t:vw:";
  };
  while ((letter = getopt_long(argc, argv, letters(), long_options, nullptr)) != -1) {
    if (letter == 'l') letter = options.service == Service::web ? list : loss;
    const char* const value = optarg ? optarg : "";
    switch (letter) {
      case '4':
        options.family = net::Family::ipv4;
        break;
      case '6':
        options.family = net::Family::ipv6;
        break;
      case 'b':
        options.address = value;
        break;
      case 'c':
        options.exercise = true;
        if (*value != 0) options.seed = parse_seed(value);
        break;
      case 'e':
        choose(options, Service::echo, nullptr);
        break;
      case 'f':
        choose(options, Service::file, value);
        break;
      case 'w':
        choose(options, Service::web, value);
        break;
      case list:
        options.list = true;
        break;
      case loss:
        loss_percent = static_cast<unsigned>(cli::number(value, 0, 99, "-l"));
        break;
      case 'n':
        options.sessions = cli::number(value, 1, 30'000, "-n");
        break;
      case 't':
        silence = std::chrono::milliseconds(
            static_cast<std::int64_t>(cli::seconds(value, 0.1, 86400, "-t") * 1000));
        break;
      case 'v':
        options.verbose = true;
        break;
      case help:
        options.action = Options::Action::help;
        return options;
      case version:
        options.action = Options::Action::version;
        return options;
      default:
        cli::refuse_option(letter, argv);
    }
  }
  if (loss_percent && options.service != Service::stages) {
    throw cli::UsageError("-l PERCENT is for the four stages only");
  }
  if (options.exercise && options.service != Service::stages) {
    throw cli::UsageError("-c is for the four stages only");
  }
  if (options.list && options.service != Service::web) throw cli::UsageError("--list goes with -w");
  options.loss_percent = loss_percent.value_or(options.loss_percent);
  options.silence = silence.value_or(default_silence(options.service));
  options.port = default_port(options.service);
  // One word after -c is the port, as ever; of two the first is the seed.
  if (options.exercise && !options.seed && argc - optind == 2) {
    options.seed = parse_seed(argv[optind++]);
  }
  const int operands = argc - optind;
  if (operands > 1)
    throw cli::UsageError("too many operands: \"" + std::string(argv[optind + 1]) + '"');
  if (operands == 1) {
    options.port = static_cast<std::uint16_t>(cli::number(argv[optind], 0, 65535, "PORT"));
  }
  return options;
}

}  // namespace server
