// Loads an echo server: echo_load PORT CONNECTIONS SECONDS keep|close. Each connection sends 64
// bytes, waits until they are back, and does so again; with "close", on a new connection each time.
// Prints the exchanges a second.
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "net/deadline.hh"
#include "net/error.hh"
#include "net/sockaddr.hh"
#include "net/socket.hh"

namespace {

constexpr std::size_t size = 64;

struct Load {
  int epoll;
  std::vector<net::Address> addresses = {};
  std::size_t opened = 0;
  std::vector<std::size_t> missing = {};  // bytes not yet back, by descriptor

  // To one of many addresses: the ports of one would all be used up in a second of short
  // connections.
  void open() {
    const net::Address& address = addresses[opened++ % addresses.size()];
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (net::connect_to(fd, address) != 0) net::fail("connect");
    net::set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    epoll_event event{EPOLLIN, {.fd = fd}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    send_message(fd);
  }
  void send_message(int fd) {
    static const char message[size] = {};
    if (static_cast<std::size_t>(fd) >= missing.size()) {
      missing.resize(static_cast<std::size_t>(fd) + 1);
    }
    missing[static_cast<std::size_t>(fd)] = size;
    if (send(fd, message, size, MSG_NOSIGNAL) != static_cast<ssize_t>(size)) net::fail("send");
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  Load load{epoll_create1(EPOLL_CLOEXEC)};
  for (int last = 1; last <= 32; ++last) {
    load.addresses.push_back(
        net::resolve("127.0.0." + std::to_string(last), port, net::Family::ipv4, net::Deadline())
            .front());
  }
  const int connections = std::atoi(argv[2]);
  const auto span = std::chrono::milliseconds(static_cast<int>(std::atof(argv[3]) * 1000));
  const bool close_each = std::string_view(argv[4]) == "close";
  for (int i = 0; i < connections; ++i) load.open();
  const auto begin = net::Clock::now();
  const net::Deadline end(begin + span);
  std::uint64_t exchanges = 0;
  while (!end.passed()) {
    epoll_event events[64];
    const int count = epoll_wait(load.epoll, events, 64, 100);
    for (int i = 0; i < count; ++i) {
      const int fd = events[i].data.fd;
      char buffer[size];
      const ssize_t got = recv(fd, buffer, size, 0);
      if (got <= 0) {
        std::fprintf(stderr, "echo_load: the server closed a connection\n");
        return 1;
      }
      load.missing[static_cast<std::size_t>(fd)] -= static_cast<std::size_t>(got);
      if (load.missing[static_cast<std::size_t>(fd)] > 0) continue;
      ++exchanges;
      if (close_each) {
        close(fd);
        load.open();
      } else {
        load.send_message(fd);
      }
    }
  }
  const std::chrono::duration<double> took = net::Clock::now() - begin;
  std::printf("%.0f\n", static_cast<double>(exchanges) / took.count());
  return 0;
}
