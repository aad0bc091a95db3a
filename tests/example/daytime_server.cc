// daytime_server PORT: tells everyone the time, a thread for each connection, until SIGTERM (RFC
// 867).
#include <ctime>

#include "cli/program.hh"
#include "net/serve.hh"

void tell_time(net::Stream& peer, const net::Address&) {
  const std::time_t now = std::time(nullptr);
  char text[32];
  peer.send(ctime_r(&now, text), net::Deadline::after(std::chrono::seconds(5)));
  peer.finish();
}
int body(int argc, char** argv) {
  if (argc != 2) throw cli::Failure("usage: daytime_server PORT");
  net::serve(net::listen_tcp(argv[1]), tell_time);
  return 0;
}
int main(int argc, char** argv) { return cli::run("daytime_server", argc, argv, body); }
