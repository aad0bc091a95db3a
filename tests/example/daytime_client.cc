// daytime_client HOST PORT: prints the time that a daytime server tells (RFC 867).
#include "cli/program.hh"
#include "net/connect.hh"

int body(int argc, char** argv) {
  if (argc != 3) throw cli::Failure("usage: daytime_client HOST PORT");
  const auto deadline = net::Deadline::after(std::chrono::seconds(5));
  net::Stream server = net::connect(argv[1], argv[2], deadline);
  cli::print(server.receive_all(deadline));
  return 0;
}
int main(int argc, char** argv) { return cli::run("daytime_client", argc, argv, body); }
