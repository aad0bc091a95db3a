// Holds idle connections to a web server: hold PORT CONNECTIONS. Each gets one page; when all have
// it, says "held N" and waits for the end of standard input. A second word "new" leaves out the
// page.
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "net/connect.hh"
#include "net/stream.hh"
#include "wire/bytes.hh"

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  net::raise_descriptor_limit();
  const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  const auto addresses = net::resolve("127.0.0.1", port, net::Family::ipv4, net::Deadline());
  const std::string request = "GET /1k HTTP/1.1\r\nHost: a\r\n\r\n";
  std::vector<net::Stream> held;
  for (int i = 0; i < std::atoi(argv[2]); ++i) {
    const auto deadline = net::Deadline::after(std::chrono::seconds(30));
    net::Stream stream(net::connect_tcp(addresses, deadline));
    std::string page;
    while (argc == 3 && page.size() < 1024) {
      if (page.empty()) (void)stream.send_all(wire::bytes_of(request), deadline);
      std::uint8_t buffer[4096];
      const auto got = stream.receive_some(buffer, deadline);
      if (got.ending != net::Ending::full) {
        std::printf("held %d\n", i);
        return 1;
      }
      page.append(reinterpret_cast<const char*>(buffer), got.count);
    }
    held.push_back(std::move(stream));
  }
  std::printf("held %zu\n", held.size());
  std::fflush(stdout);
  char byte;
  while (read(STDIN_FILENO, &byte, 1) > 0) {
  }
  return 0;
}
