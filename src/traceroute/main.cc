#include "cli/program.hh"
#include "traceroute/options.hh"
#include "traceroute/run/session.hh"

namespace {

int body(int argc, char** argv) {
  const traceroute::Options options = traceroute::parse_options(argc, argv);
  switch (options.action) {
    case traceroute::Options::Action::help:
      cli::print(cli::help_text(traceroute::program));
      return 0;
    case traceroute::Options::Action::version:
      cli::print(cli::version_text(traceroute::program));
      return 0;
    case traceroute::Options::Action::trace:
      break;
  }
  return traceroute::run(options);
}

}  // namespace

int main(int argc, char** argv) { return cli::run(traceroute::program, argc, argv, body); }
