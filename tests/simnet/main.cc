// Runs a command in a simulated network: simulate [OPTIONS] FILE COMMAND…
#include <getopt.h>
#include <sys/random.h>

#include <fstream>
#include <iterator>

#include "cli/program.hh"
#include "net/error.hh"
#include "simnet/serve.hh"

namespace {

constexpr std::string_view help =
    "usage: simulate [-c] [-l TRUTH] [-n FILE]... [-r SEED] [-s KEY=VALUE]... [-u USER] FILE [--] "
    "COMMAND...\n\n"
    "Runs COMMAND in namespaces of its own, behind the network that FILE describes (the language:\n"
    "tests/simnet/description.hh; examples: tests/paths), and exits as it does. Needs root.\n"
    "  -c            only check FILE\n"
    "  -l TRUTH      write what really happened to each probe to this file\n"
    "  -n FILE       the network from the next SIGUSR1 on, which COMMAND sends to its parent\n"
    "  -r SEED       of all that is left to chance; default: another each time\n"
    "  -s KEY=VALUE  set a sysctl there\n"
    "  -u USER       run COMMAND as this user\n";

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) net::fail("read " + path);
  return text;
}

std::pair<std::string, std::string> parse_sysctl(const std::string& word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos) {
    throw cli::UsageError("-s \"" + word + "\": KEY=VALUE expected");
  }
  return {word.substr(0, equals), word.substr(equals + 1)};
}

int body(int argc, char** argv) {
  simnet::Job job;
  bool check_only = false;
  if (getrandom(&job.seed, sizeof job.seed, 0) < 0) net::fail("get a random seed");
  const option long_options[] = {{"help", no_argument, nullptr, 'h'}, {}};
  opterr = 0;
  // '+': the options behind COMMAND are its own.
  for (int c = 0; (c = getopt_long(argc, argv, "+:l:n:r:s:u:c", long_options, nullptr)) != -1;) {
    switch (c) {
      case 'l':
        job.truth = optarg;
        break;
      case 'n':
        job.later.push_back(simnet::parse_description(read_file(optarg), optarg));
        break;
      case 'r':
        job.seed = cli::number(optarg, 0, UINT64_MAX, "-r");
        break;
      case 's':
        job.sysctls.push_back(parse_sysctl(optarg));
        break;
      case 'u':
        job.user = optarg;
        break;
      case 'c':
        check_only = true;
        break;
      case 'h':
        cli::print(help);
        return 0;
      default:
        throw cli::UsageError(std::string("-") + static_cast<char>(optopt) +
                              ": no such option, or its value is missing");
    }
  }
  if (optind == argc) throw cli::UsageError("a FILE expected");
  const std::string path = argv[optind++];
  const auto description = simnet::parse_description(read_file(path), path);
  if (check_only) return 0;
  if (optind < argc && std::string_view(argv[optind]) == "--") ++optind;
  job.command.assign(argv + optind, argv + argc);
  if (job.command.empty()) throw cli::UsageError("a COMMAND expected");
  return description.link ? simnet::serve_link(description, job)
                          : simnet::serve_path(description, job);
}

}  // namespace

int main(int argc, char** argv) { return cli::run("simulate", argc, argv, body); }
