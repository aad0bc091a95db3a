// client: the four stages with a server of the course's protocol, or one of the lecture's other
// services.
#include "cli/program.hh"
#include "client/options.hh"
#include "client/services.hh"

namespace {

int body(int argc, char** argv) {
  const client::Options options = client::parse(argc, argv);
  if (options.action != client::Options::Action::none) {
    const bool help = options.action == client::Options::Action::help;
    cli::print(help ? cli::help_text(client::program) : cli::version_text(client::program));
    return 0;
  }
  switch (options.service) {
    case client::Service::stages:
      client::go_through_stages(options);
      break;
    case client::Service::check:
      return client::check_server(options);
    case client::Service::echo:
      client::echo_stream(options);
      break;
    case client::Service::echo_datagrams:
      client::echo_datagrams(options);
      break;
    case client::Service::file:
      client::get_file(options);
      break;
    case client::Service::web:
      client::get_web(options);
      break;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(client::program, argc, argv, body); }
