// The accept loop of every TCP service: a thread for each connection, which accepted it itself.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>

#include "net/address.hh"
#include "net/listener.hh"
#include "net/stream.hh"
#include "net/thread_pool.hh"
#include "net/wake_event.hh"

namespace net {

// What a service does with its connections.
struct ConnectionRules {
  std::size_t max = 10'000;  // served at once
  // A thread that has waited in accept for this long ends, if others wait there, too.
  std::chrono::milliseconds silence = std::chrono::seconds(30);
  // Has a connection to itself, on a thread of its own; when it returns, the connection is closed.
  // An exception ends this connection only, and is reported.
  std::function<void(Stream&, const Address& peer)> serve;
  std::function<void(Stream&)> refuse = nullptr;  // says why to one too many; closing follows
  FailureReport report = report_on_stderr;        // takes why a connection ended by an exception
  // Where a close would say something to the peer: connections end in a reset, unless `serve` takes
  // that back (Stream::reset_on_close), and so does one too many, for which `refuse` is not called.
  bool resets = false;
  // Of a shortage that begins again and again, as when many connect to a full server.
  std::chrono::milliseconds between_reports = std::chrono::minutes(1);
  // Connections told that they are too many, at once; others are closed. Each takes a descriptor.
  std::size_t max_refusing = 64;
  // Threads that wait in accept at one listener. Each takes a descriptor already: Linux gives the
  // next connection its number before it comes.
  std::size_t max_waiting = 32;

  // Bounds the last two, so that no more than this many descriptors go to them where that can be.
  void share(std::size_t descriptors, std::size_t listeners);
};

// Threads wait in accept; the one that gets a connection serves it and comes back. Whenever the
// last one leaves accept, another takes its place: so there is no hand-over from thread to thread,
// and under load a thread finds its next connection without sleeping.
class ConnectionServer {
 public:
  // How many tasks a pool must allow for `max` connections: threads also wait, and refuse.
  static std::size_t pool_size(std::size_t max, std::size_t listeners);

  // The pool must stop before this goes away.
  ConnectionServer(ThreadPool& pool, ConnectionRules rules)
      : pool_(pool), rules_(std::move(rules)) {}

  // Begins to accept at a TCP listener, which must live as long as this. Throws std::runtime_error
  // when there is no thread for it.
  void accept_from(const Listener& listener);

  // Readable while a listener may have no thread in accept, for want of one. attend() sends one
  // where none is; false while there is none to be had. Both are for the thread that began.
  [[nodiscard]] int unattended() const { return unattended_.fd(); }
  bool attend();

 private:
  struct AcceptQueue {
    int socket;
    StopRegistration registration;
    std::atomic<std::size_t> waiting = 0;  // threads in accept, or on their way there

    AcceptQueue(ThreadPool& pool, int fd) : socket(fd), registration(pool, fd) {}
  };

  struct Shortage {
    std::atomic<bool> lasts = false;
    std::atomic<Clock::rep> next_report = Clock::time_point::min().time_since_epoch().count();
  };

  bool send_waiter(AcceptQueue& queue);
  void work(AcceptQueue& queue);
  void note(Shortage& shortage, bool is_short, std::string_view event, std::string_view reason);
  void report(const Address* peer, std::string_view event, std::string_view reason) const noexcept;
  void take(FileDescriptor connection, const Address& peer);
  void turn_away(Stream& connection);

  ThreadPool& pool_;
  const ConnectionRules rules_;
  std::deque<AcceptQueue> queues_;
  const WakeEvent unattended_;
  Shortage lacks_threads_, cannot_accept_;
  std::atomic<std::size_t> open_ = 0;
  std::atomic<std::size_t> refusing_ = 0;
};

}  // namespace net
