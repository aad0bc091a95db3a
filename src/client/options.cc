#include "client/options.hh"

#include <getopt.h>

namespace client {

const cli::Program program{
    "client", "[-46v] [-i STUDENT_ID] [-w WINDOW] [-t SECONDS] HOST [PORT]",
    R"(Goes through the four stages of the course's protocol with the server at HOST
(UDP port PORT, 12235 by default) and prints the four secrets.

  -4, --ipv4             use IPv4 addresses only
  -6, --ipv6             use IPv6 addresses only
  -i, --id STUDENT_ID    student id in every header, 0 to 65535 (461)
  -t, --time SECONDS     bound on the whole run, 0.1 to 86400 (30)
  -v, --verbose          tell every message, and each deviation of the server
                         from the protocol, on standard error
  -w, --window WINDOW    packets in flight in stage b, 1 to 1000 (1)
      --help             show this text
      --version          show the version

Exit status: 0 with all four secrets, 1 after a failure, 2 for wrong usage.
)"};

Options parse(int argc, char** argv) {
  enum { help = 256, version };
  static const option long_options[] = {{"ipv4", no_argument, nullptr, '4'},
                                        {"ipv6", no_argument, nullptr, '6'},
                                        {"id", required_argument, nullptr, 'i'},
                                        {"time", required_argument, nullptr, 't'},
                                        {"verbose", no_argument, nullptr, 'v'},
                                        {"window", required_argument, nullptr, 'w'},
                                        {"help", no_argument, nullptr, help},
                                        {"version", no_argument, nullptr, version},
                                        {}};
  Options options;
  opterr = 0;
  int letter = 0;
  while ((letter = getopt_long(argc, argv, ":46i:t:vw:", long_options, nullptr)) != -1) {
    switch (letter) {
      case '4':
        options.family = net::Family::ipv4;
        break;
      case '6':
        options.family = net::Family::ipv6;
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
  if (operands < 1) throw cli::UsageError("a HOST is needed");
  if (operands > 2)
    throw cli::UsageError("too many operands: \"" + std::string(argv[optind + 2]) + '"');
  options.host = argv[optind];
  if (options.host.empty()) throw cli::UsageError("HOST is empty");
  if (operands == 2) {
    options.port = static_cast<std::uint16_t>(cli::number(argv[optind + 1], 1, 65535, "PORT"));
  }
  return options;
}

}  // namespace client
