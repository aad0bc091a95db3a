// server: the four-stage protocol, or one of the lecture's other services.
#include "net/file_descriptor.hh"
#include "net/listener.hh"
#include "net/stop_signal.hh"
#include "server/services.hh"

namespace {

int body(int argc, char** argv) {
  server::Options options = server::parse(argc, argv);
  // Before the signals wait to be read: nobody does while a name is looked up.
  options.addresses = net::local_addresses(options.address, options.port, options.family);
  const net::FileDescriptor stop = net::stop_signal();
  server::ServiceLog log(options);
  options.service->run(options, log, stop.get());
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return cli::run("server", argc, argv, body); }
