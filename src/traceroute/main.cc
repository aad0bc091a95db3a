#include "traceroute/options.hh"
#include "traceroute/run/session.hh"

namespace {

int body(int argc, char** argv) {
  const traceroute::Options options = traceroute::parse_options(argc, argv);
  if (options.answer) {
    cli::print(*options.answer);
    return 0;
  }
  return traceroute::run(options);
}

}  // namespace

int main(int argc, char** argv) { return cli::run("traceroute", argc, argv, body); }
