// client: the four stages with a server of the course's protocol, or one of the lecture's other
// services.
#include "client/services.hh"

namespace {

int body(int argc, char** argv) {
  const client::Options options = client::parse(argc, argv);
  return options.service->run(options);
}

}  // namespace

int main(int argc, char** argv) { return cli::run("client", argc, argv, body); }
