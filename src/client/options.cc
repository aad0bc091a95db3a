#include "client/options.hh"

#include <getopt.h>

namespace client {

const cli::Program program{
    "client",
    "[-46v] [-t SECONDS] [-i STUDENT_ID] [-w WINDOW] HOST [PORT] | -c [-j JOBS] HOST [PORT] | -e "
    "[-u] HOST [PORT] | "
    "-f NAME [-o FILE] HOST [PORT] | [-k] [-o FILE] http://HOST[:PORT]/PATH",
    R"(Goes through the four stages of the course's protocol with the server at HOST
and prints the four secrets, or uses one of the lecture's other services.

                         the four stages, UDP port 12235
  -c, --check            every check of a four-stage server, with a report in
                         TAP, UDP port 12235
  -e, --echo             standard input to an echo server, TCP port 7, what comes
                         back to standard output
  -eu, --echo --udp      the same, with a datagram for each line
  -f, --file NAME        a file from a file server, TCP port 8080
  http://HOST[:PORT]/PATH
                         a page from a web server

PORT replaces the default.

  -4, --ipv4             use IPv4 addresses only
  -6, --ipv6             use IPv6 addresses only
  -i, --id STUDENT_ID    student id in every header, 0 to 65535 (461)
  -j, --jobs JOBS        checks at once, 1 to 1000 (64)
  -k, --keep             keep an incomplete page as FILE.part, and go on with one
  -o, --output FILE      write the file or page to FILE, once it is whole
  -t, --time SECONDS     four stages: bound on the whole run; otherwise: silence
                         allowed to the server; 0.1 to 86400 (30)
  -v, --verbose          tell every message, and each deviation of the server
                         from the protocol, on standard error; of a web server
                         the heads
  -w, --window WINDOW    packets in flight in stage b, 1 to 1000 (1)
      --help             show this text
      --version          show the version

Exit status: 0 with all four secrets, every check held, everything echoed, the whole file or page;
1 after a failure, and for a page of status 400 and more; 2 for wrong usage.
)"};

namespace {

constexpr std::uint16_t default_port(Service service) {
  switch (service) {
    case Service::stages:
    case Service::check:
      return 12235;
    case Service::echo:
    case Service::echo_datagrams:
      return 7;
    case Service::file:
      return 8080;
    case Service::web:
      break;
  }
  return 80;
}

// What the letters and the first operand ask for. Throws cli::UsageError for what contradicts
// itself.
Service service_of(const Options& options, bool check, bool echo, bool datagrams) {
  const bool file = !options.file.empty();
  const bool web = options.host.find("://") != std::string::npos;
  if (check + echo + file + web > 1) {
    throw cli::UsageError("one of -c, -e, -f and a URL at a time");
  }
  if (datagrams && !echo) throw cli::UsageError("-u goes with -e");
  if (!options.output.empty() && !file && !web) {
    throw cli::UsageError("-o goes with -f, or with a URL");
  }
  if (options.keep && (!web || options.output.empty())) {
    throw cli::UsageError("-k goes with a URL and -o");
  }
  if (check) return Service::check;
  if (echo) return datagrams ? Service::echo_datagrams : Service::echo;
  if (file) return Service::file;
  return web ? Service::web : Service::stages;
}

}  // namespace

Options parse(int argc, char** argv) {
  enum { help = 256, version };
  static const option long_options[] = {
      {"ipv4", no_argument, nullptr, '4'},         {"ipv6", no_argument, nullptr, '6'},
      {"check", no_argument, nullptr, 'c'},        {"jobs", required_argument, nullptr, 'j'},
      {"echo", no_argument, nullptr, 'e'},         {"file", required_argument, nullptr, 'f'},
      {"keep", no_argument, nullptr, 'k'},         {"output", required_argument, nullptr, 'o'},
      {"udp", no_argument, nullptr, 'u'},          {"id", required_argument, nullptr, 'i'},
      {"time", required_argument, nullptr, 't'},   {"verbose", no_argument, nullptr, 'v'},
      {"window", required_argument, nullptr, 'w'}, {"help", no_argument, nullptr, help},
      {"version", no_argument, nullptr, version},  {}};
  Options options;
  bool check = false, echo = false, datagrams = false;
  opterr = 0;
  int letter = 0;
  while ((letter = getopt_long(argc, argv, ":46cef:i:j:ko:t:uvw:", long_options, nullptr)) != -1) {
    switch (letter) {
      case '4':
        options.family = net::Family::ipv4;
        break;
      case '6':
        options.family = net::Family::ipv6;
        break;
      case 'c':
        check = true;
        break;
      case 'e':
        echo = true;
        break;
      case 'f':
        options.file = optarg;
        if (options.file.empty()) throw cli::UsageError("-f: the name is empty");
        break;
      case 'j':
        options.jobs = cli::number(optarg, 1, 1000, "-j");
        break;
      case 'k':
        options.keep = true;
        break;
      case 'o':
        options.output = optarg;
        if (options.output.empty()) throw cli::UsageError("-o: the name is empty");
        break;
      case 'u':
        datagrams = true;
        break;
      case 'i':
        options.student_id = static_cast<std::uint16_t>(cli::number(optarg, 0, 65535, "-i"));
        break;
      case 't':
        options.time = std::chrono::milliseconds(
            static_cast<std::int64_t>(cli::seconds(optarg, 0.1, 86400, "-t") * 1000));
        break;
      case 'v':
        options.verbose = true;
        break;
      case 'w':
        options.window = static_cast<std::uint32_t>(cli::number(optarg, 1, 1000, "-w"));
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
  const int operands = argc - optind;
  if (operands < 1) throw cli::UsageError("a HOST is needed");
  options.host = argv[optind];
  if (options.host.empty()) throw cli::UsageError("HOST is empty");
  options.service = service_of(options, check, echo, datagrams);
  options.port = default_port(options.service);
  const int most = options.service == Service::web ? 1 : 2;
  if (operands > most) {
    throw cli::UsageError("too many operands: \"" + std::string(argv[optind + most]) + '"');
  }
  if (operands == 2) {
    options.port = static_cast<std::uint16_t>(cli::number(argv[optind + 1], 1, 65535, "PORT"));
  }
  return options;
}

}  // namespace client
