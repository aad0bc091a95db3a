#include "traceroute/options.hh"
#include "traceroute/run/session.hh"

namespace {

int body(int argc, char** argv) { return traceroute::run(traceroute::parse_options(argc, argv)); }

}  // namespace

int main(int argc, char** argv) { return cli::run("traceroute", argc, argv, body); }
