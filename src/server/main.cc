// server: the four-stage protocol, a thread for each session.
#include <sys/socket.h>

#include "cli/program.hh"
#include "net/file_descriptor.hh"
#include "server/options.hh"
#include "server/stage_service.hh"
#include "server/stop_signal.hh"

namespace {

constexpr std::size_t stack_size = std::size_t{64} * 1024;

int body(int argc, char** argv) {
  const server::Options options = server::parse(argc, argv);
  if (options.answer != server::Options::Answer::none) {
    const bool help = options.answer == server::Options::Answer::help;
    cli::print(help ? cli::help_text(server::program) : cli::version_text(server::program));
    return 0;
  }
  const net::FileDescriptor stop = server::stop_signal();
  net::raise_descriptor_limit();
  const auto listeners = net::listen_on(
      net::local_addresses(options.address, options.port, options.family), {SOCK_DGRAM});
  for (const net::Listener& listener : listeners) cli::say(net::listening_text(listener));

  server::Crew crew(options.sessions, stack_size);
  server::serve_stages(listeners, crew, {options.silence, options.loss_percent, options.verbose},
                       stop.get());
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(server::program, argc, argv, body); }
