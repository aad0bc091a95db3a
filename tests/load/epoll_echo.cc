// The limit to measure echo servers against: one thread, one epoll, nothing but recv and send.
// epoll_echo PORT
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "net/listener.hh"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  const auto listeners =
      net::listen_on({net::Address::wildcard(net::Family::ipv4, port)}, {SOCK_STREAM});
  const int listener = listeners.front().socket.get();
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  epoll_event listening{EPOLLIN, {.fd = listener}};
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &listening);
  while (true) {
    epoll_event events[64];
    const int count = epoll_wait(epoll, events, 64, -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[i].data.fd;
      if (fd == listener) {
        const int accepted = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        epoll_event event{EPOLLIN, {.fd = accepted}};
        epoll_ctl(epoll, EPOLL_CTL_ADD, accepted, &event);
        continue;
      }
      char buffer[4096];
      const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
      if (got <= 0 || send(fd, buffer, static_cast<std::size_t>(got), MSG_NOSIGNAL) < 0) close(fd);
    }
  }
}
