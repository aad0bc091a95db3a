// server: the four-stage protocol, or one of the lecture's other services.
#include "net/file_descriptor.hh"
#include "net/stop_signal.hh"
#include "server/services.hh"

namespace {

int body(int argc, char** argv) {
  const server::Options options = server::parse(argc, argv);
  if (options.answer) {
    cli::print(*options.answer);
    return 0;
  }
  const net::FileDescriptor stop = net::stop_signal();
  server::ServiceLog log(options);
  options.service->run(options, log, stop.get());
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return cli::run("server", argc, argv, body); }
