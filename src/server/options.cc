#include "server/options.hh"

#include <getopt.h>

namespace server {

const cli::Program program{
    "server", "[-46v] [-b ADDRESS] [-n SESSIONS] [-t SECONDS] [-l PERCENT] [PORT]",
    R"(Serves the course's four-stage protocol on UDP port PORT (12235; 0 for any free
one), on all addresses of both families, with a thread for each session.

  -4, --ipv4              listen on IPv4 only
  -6, --ipv6              listen on IPv6 only
  -b, --bind ADDRESS      listen on this address only
  -l, --loss PERCENT      share of data packets not acked, 0 to 99 (25); unless
                          it is 0, one packet of each session at least
  -n, --sessions SESSIONS sessions at once, 1 to 30000 (10000)
  -t, --time SECONDS      silence allowed to a client, 0.1 to 86400 (3)
  -v, --verbose           tell every message of a session on standard error
      --help              show this text
      --version           show the version

Exit status: 0 when stopped by SIGINT or SIGTERM, 1 after a failure, 2 for wrong
usage.
)"};

Options parse(int argc, char** argv) {
  enum { help = 256, version };
  static const option long_options[] = {
      {"ipv4", no_argument, nullptr, '4'},           {"ipv6", no_argument, nullptr, '6'},
      {"bind", required_argument, nullptr, 'b'},     {"loss", required_argument, nullptr, 'l'},
      {"sessions", required_argument, nullptr, 'n'}, {"time", required_argument, nullptr, 't'},
      {"verbose", no_argument, nullptr, 'v'},        {"help", no_argument, nullptr, help},
      {"version", no_argument, nullptr, version},    {}};
  Options options;
  opterr = 0;
  int letter = 0;
  while ((letter = getopt_long(argc, argv, ":46b:l:n:t:v", long_options, nullptr)) != -1) {
    switch (letter) {
      case '4':
        options.family = net::Family::ipv4;
        break;
      case '6':
        options.family = net::Family::ipv6;
        break;
      case 'b':
        options.address = optarg;
        break;
      case 'l':
        options.loss_percent = static_cast<unsigned>(cli::number(optarg, 0, 99, "-l"));
        break;
      case 'n':
        options.sessions = cli::number(optarg, 1, 30'000, "-n");
        break;
      case 't':
        options.silence = std::chrono::milliseconds(
            static_cast<std::int64_t>(cli::seconds(optarg, 0.1, 86400, "-t") * 1000));
        break;
      case 'v':
        options.verbose = true;
        break;
      case help:
        options.answer = Options::Answer::help;
        return options;
      case version:
        options.answer = Options::Answer::version;
        return options;
      default:
        cli::refuse_option(letter, argv);
    }
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
