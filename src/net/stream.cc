#include "net/stream.hh"

#include <sched.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "net/error.hh"
#include "net/kernel.hh"
#include "net/sockaddr.hh"
#include "net/wait.hh"

namespace net {

namespace {

// How long to poll before sleeping: about what it costs two processors to put a thread to sleep and
// to wake it. Peers slower than the other span are not worth it.
constexpr auto max_look = 50us;
constexpr auto max_prompt = 1ms;

// Of a file, in one call: what a size_t holds anywhere.
constexpr std::uint64_t max_sendfile = 1 << 30;

std::string peer_of(int fd) {
  SocketAddress peer;
  socklen_t length = SocketAddress::capacity;
  const bool known = getpeername(fd, peer.get(), &length) == 0 && peer.address() != Address();
  return known ? peer.address().text() : "the peer";
}

// Throws when a call failed for want of this host's memory, which says nothing about the peer.
void check_shortage(const char* attempt) {
  if (errno == ENOMEM || errno == ENOBUFS) fail(attempt);
}

// What a call that sends from a file says of the file, which is not the peer's doing either.
bool is_fault_of_file(int error) {
  return error == EIO || error == ESTALE || error == EINVAL || error == EISDIR;
}

bool timed_out() { return errno == EAGAIN || errno == EWOULDBLOCK; }

// As send_from_file, from any file. Its buffer is not to be in the frame of its caller.
[[gnu::noinline]] ssize_t send_by_buffer(int socket, int file, off_t& position, std::size_t count) {
  std::array<char, 32768> buffer;
  const ssize_t got = pread(file, buffer.data(), std::min(count, buffer.size()), position);
  if (got <= 0) return got;
  const ssize_t sent = ::send(socket, buffer.data(), static_cast<std::size_t>(got), no_signal);
  if (sent > 0) position += sent;
  return sent;
}

// As the socket options take it, which read zero as forever.
timeval to_timeval(Clock::duration span) {
  const auto micros = std::max<std::int64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(span).count(), 1);
  return {static_cast<time_t>(micros / 1'000'000), static_cast<suseconds_t>(micros % 1'000'000)};
}

}  // namespace

bool Stream::arm(int option, Clock::duration& armed, Deadline deadline) {
  const auto left = deadline.remaining();
  if (left == Clock::duration::zero()) return false;
  // A time-out already armed serves again while it is no more than a tenth too long, and not so
  // short that it would wake the caller in vain: a connection's usual wait costs no other call.
  const bool serves =
      deadline.never() ? armed == left : armed <= left + left / 10 && armed >= left / 2;
  if (serves) return true;
  const timeval timeout = deadline.never() ? timeval{} : to_timeval(left);
  setsockopt(get(), SOL_SOCKET, option, &timeout, sizeof timeout);
  armed = left;
  return true;
}

Transfer Stream::receive_some(std::span<std::uint8_t> buffer, Deadline deadline) {
  bool interrupted = false;
  while (arm(SO_RCVTIMEO, receive_timeout_, deadline)) {
    const ssize_t got = recv(get(), buffer.data(), buffer.size(), 0);
    if (got > 0) return {Ending::full, static_cast<std::size_t>(got)};
    if (got == 0) return {Ending::end, 0};
    check_shortage("receive");
    interrupted = errno == EINTR;
    if (!timed_out() && !interrupted) return {Ending::broken, 0};
  }
  // Who was stopped (Ctrl-Z) until after the deadline has not looked what came meanwhile.
  return interrupted ? receive_ready(buffer) : Transfer{Ending::silent, 0};
}

Transfer Stream::receive_soon(std::span<std::uint8_t> buffer, Deadline deadline) {
  const auto begin = Clock::now();
  if (prompt_) {
    const auto end = std::min(begin + max_look, deadline.when());
    do {
      sched_yield();
      const Transfer ready = receive_ready(buffer);
      if (ready.ending != Ending::silent) return ready;
    } while (Clock::now() < end);
  }
  const Transfer got = receive_some(buffer, deadline);
  prompt_ = Clock::now() - begin < max_prompt;
  return got;
}

bool Stream::sleep_until_readable(Deadline deadline) {
  give_back_stack();
  return wait_readable({get()}, deadline).has_value();
}

Transfer Stream::receive_exactly(std::span<std::uint8_t> buffer, Deadline deadline) {
  std::size_t count = 0;
  while (count < buffer.size()) {
    const Transfer some = receive_some(buffer.subspan(count), deadline);
    count += some.count;
    if (some.ending == Ending::full) continue;
    const bool middle = some.ending == Ending::end && count > 0;
    return {middle ? Ending::broken : some.ending, count};
  }
  return {Ending::full, count};
}

Transfer Stream::send_all(std::span<const std::uint8_t> bytes, Deadline deadline, int flags) {
  std::size_t count = 0;
  while (count < bytes.size()) {
    if (!arm(SO_SNDTIMEO, send_timeout_, deadline)) return {Ending::silent, count};
    const auto rest = bytes.subspan(count);
    const ssize_t sent = ::send(get(), rest.data(), rest.size(), flags | no_signal);
    if (sent >= 0) {
      count += static_cast<std::size_t>(sent);
    } else if (!timed_out() && errno != EINTR) {
      check_shortage("send");
      return {Ending::broken, count};
    }
  }
  return {Ending::full, count};
}

FileTransfer Stream::send_file(int file, std::uint64_t offset, std::uint64_t count,
                               Clock::duration stall) {
  std::uint64_t sent = 0;
  auto position = static_cast<off_t>(offset);
  bool waited = false;  // a whole stall, for nothing
  while (sent < count) {
    // Linux wakes a sender when a third of its buffer is free. A peer that reads slowly may have
    // made less room than that in a stall: another try, which hardly waits, finds it.
    const bool armed = arm(SO_SNDTIMEO, send_timeout_, Deadline::after(waited ? 1ms : stall));
    if (!armed && !waited) return {Ending::silent, sent};
    const auto rest = static_cast<std::size_t>(std::min(count - sent, max_sendfile));
    ssize_t moved = send_from_file(get(), file, position, rest);
    if (moved < 0 && errno == EINVAL) moved = send_by_buffer(get(), file, position, rest);
    if (moved > 0) {
      sent += static_cast<std::uint64_t>(moved);
      waited = false;
    } else if (moved == 0) {
      return {Ending::end, sent};
    } else if (timed_out()) {
      if (waited) return {Ending::silent, sent};
      waited = true;
    } else if (errno != EINTR) {
      check_shortage("send a file");
      if (is_fault_of_file(errno)) fail("read a file");
      return {Ending::broken, sent};
    }
  }
  return {Ending::full, sent};
}

std::string Stream::receive_all(Deadline deadline, std::size_t max) {
  std::string all;
  std::array<std::uint8_t, 4096> buffer;
  const std::string attempt = "receive from " + peer_of(get());  // one that resets has no address
  while (true) {
    const Transfer some = receive_some(buffer, deadline);
    if (some.ending == Ending::end) return all;
    if (some.ending != Ending::full)
      fail(attempt, some.ending == Ending::silent ? ETIMEDOUT : errno);
    if (all.size() + some.count > max) fail(attempt, EMSGSIZE);
    all.append(buffer.begin(), buffer.begin() + some.count);
  }
}

void Stream::send(std::string_view text, Deadline deadline) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const Transfer sent = send_all({bytes, text.size()}, deadline);
  const int error = sent.ending == Ending::silent ? ETIMEDOUT : errno;
  if (sent.ending != Ending::full) fail("send to " + peer_of(get()), error);
}

Transfer Stream::receive_ready(std::span<std::uint8_t> buffer) {
  const ssize_t got = recv(get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got > 0) return {Ending::full, static_cast<std::size_t>(got)};
  if (got == 0) return {Ending::end, 0};
  check_shortage("receive");
  return {timed_out() || errno == EINTR ? Ending::silent : Ending::broken, 0};
}

bool Stream::is_over() {
  std::uint8_t next = 0;
  const ssize_t got = recv(get(), &next, sizeof next, MSG_PEEK | MSG_DONTWAIT);
  if (got >= 0) return got == 0;
  check_shortage("receive");
  return !timed_out() && errno != EINTR;
}

Transfer Stream::send_ready(std::span<const std::uint8_t> bytes) {
  const ssize_t sent = ::send(get(), bytes.data(), bytes.size(), MSG_DONTWAIT | no_signal);
  if (sent >= 0) return {Ending::full, static_cast<std::size_t>(sent)};
  check_shortage("send");
  return {timed_out() || errno == EINTR ? Ending::full : Ending::broken, 0};
}

void Stream::half_close() { shutdown(get(), SHUT_WR); }

void Stream::finish(Deadline deadline) {
  half_close();
  std::array<std::uint8_t, 4096> ignored;
  while (receive_some(ignored, deadline).ending == Ending::full) {
  }
}

void Stream::reset_on_close(bool wanted) { net::reset_on_close(get(), wanted); }

void reset_on_close(int fd, bool wanted) {
  const linger at_once{wanted ? 1 : 0, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void set_accept_timeout(int listener, Clock::duration timeout) {
  const timeval value = to_timeval(timeout);
  setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &value, sizeof value);
}

}  // namespace net
