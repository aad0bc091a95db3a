#include "net/connect.hh"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "net/error.hh"
#include "net/sockaddr.hh"

namespace net {

namespace {

void set_blocking(int fd) { fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK); }

struct Attempt {
  Address address;
  FileDescriptor socket;
  int error = 0;  // EINPROGRESS while it is under way
};

// What has failed holds no descriptor that another address may need.
void end_failed(Attempt& attempt) {
  if (attempt.error != 0 && attempt.error != EINPROGRESS) attempt.socket.reset();
}

// A candidate that cannot be tried, say because this machine lacks its address family, has failed
// like one that refuses.
Attempt begin_connect(const Address& address, LocalPort port) {
  Attempt attempt{address, FileDescriptor(), 0};
  try {
    attempt.socket = open_socket(address.family(), SOCK_STREAM, 0, Mode::nonblocking);
  } catch (const std::system_error& error) {
    attempt.error = error.code().value();
    return attempt;
  }
  if (port == LocalPort::dynamic) bind_dynamic_port(attempt.socket.get(), address.family());
  if (connect_to(attempt.socket.get(), address) != 0) attempt.error = errno;
  end_failed(attempt);
  return attempt;
}

// Waits for the attempts under way; settles those that have an answer.
void settle(std::vector<Attempt>& attempts, Deadline deadline) {
  std::vector<pollfd> polled;
  std::vector<Attempt*> under_way;
  for (Attempt& attempt : attempts) {
    if (attempt.error != EINPROGRESS) continue;
    polled.push_back({attempt.socket.get(), POLLOUT, 0});
    under_way.push_back(&attempt);
  }
  if (poll_until(polled, deadline) < 0 && errno != EINTR) fail("wait for a connection");
  for (std::size_t i = 0; i < polled.size(); ++i) {
    if (polled[i].revents == 0) continue;
    int& error = under_way[i]->error;
    socklen_t size = sizeof error;
    if (getsockopt(polled[i].fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    end_failed(*under_way[i]);
  }
}

// Where nobody listens, a socket whose own port that happens to be connects to itself (simultaneous
// open, RFC 9293, section 3.5). That is a refusal; and the port is free at once, without TIME-WAIT,
// for who is yet to listen.
void refuse_itself(Attempt& attempt) {
  SocketAddress local;
  socklen_t length = local.capacity;
  const int fd = attempt.socket.get();
  if (getsockname(fd, local.get(), &length) != 0 || local.address() != attempt.address) return;
  reset_on_close(fd);
  attempt.error = ECONNREFUSED;
  end_failed(attempt);
}

[[noreturn]] void report(const std::vector<Attempt>& attempts,
                         const std::vector<Address>& addresses, bool timed_out) {
  std::string why = "connect to ";
  int last = ETIMEDOUT;
  bool answered = false;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    answered = i < attempts.size() && attempts[i].error != EINPROGRESS;
    if (answered) last = attempts[i].error;
    if (i > 0) why += "; ";
    why += addresses[i].text();
    if (addresses[i].is_link_local() && addresses[i].scope() == 0) {
      why += " without an interface (" + addresses[i].host() + "%eth0)";
    }
    if (i + 1 == addresses.size()) break;  // system_error adds the reason of the last one
    why += ": ";
    why += std::strerror(answered ? attempts[i].error : ETIMEDOUT);
  }
  fail(why, timed_out && !answered ? ETIMEDOUT : last);
}

}  // namespace

FileDescriptor connect_tcp(const std::vector<Address>& addresses, Deadline deadline,
                           LocalPort port) {
  constexpr auto head_start = 250ms;
  std::vector<Attempt> attempts;
  Deadline next;  // when the next address is tried, unless all before have failed by then
  while (true) {
    bool waiting = false;
    for (Attempt& attempt : attempts) {
      if (attempt.error == 0) refuse_itself(attempt);
      if (attempt.error == EINPROGRESS) waiting = true;
      if (attempt.error != 0) continue;
      set_blocking(attempt.socket.get());
      // Without effect on a connection that is broken again: who uses it will see that.
      try_option(attempt.socket.get(), IPPROTO_TCP, TCP_NODELAY);
      return std::move(attempt.socket);
    }
    const bool more = attempts.size() < addresses.size();
    if (deadline.passed() || (!waiting && !more)) report(attempts, addresses, waiting || more);
    if (more && (!waiting || next.passed())) {
      attempts.push_back(begin_connect(addresses[attempts.size()], port));
      next = Deadline::after(head_start);
      continue;
    }
    settle(attempts, more ? next.or_sooner(deadline) : deadline);
  }
}

Stream connect(const std::string& host, const std::string& service, Deadline deadline,
               Family family) {
  return Stream(connect_tcp(resolve(host, service, family, deadline), deadline));
}

}  // namespace net
