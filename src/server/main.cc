// server: the four-stage protocol, or one of the lecture's other services.
#include "cli/log.hh"
#include "cli/program.hh"
#include "net/file_descriptor.hh"
#include "net/stop_signal.hh"
#include "server/options.hh"
#include "server/services.hh"

namespace {

int body(int argc, char** argv) {
  const server::Options options = server::parse(argc, argv);
  if (options.action != server::Options::Action::none) {
    const bool help = options.action == server::Options::Action::help;
    cli::print(help ? cli::help_text(server::program) : cli::version_text(server::program));
    return 0;
  }
  const net::FileDescriptor stop = net::stop_signal();
  cli::log_in_background();
  switch (options.service) {
    case server::Service::stages:
      server::run_stages(options, stop.get());
      break;
    case server::Service::echo:
      server::run_echo(options, stop.get());
      break;
    case server::Service::file:
      server::run_file(options, stop.get());
      break;
    case server::Service::web:
      server::run_web(options, stop.get());
      break;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(server::program, argc, argv, body); }
