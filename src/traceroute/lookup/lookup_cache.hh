// Questions about addresses that only a slow service can answer: all asked at once, each once; one
// without an answer again after a while, as a watch may last for days.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "net/address.hh"
#include "net/deadline.hh"
#include "traceroute/lookup/detached_threads.hh"

namespace traceroute {

// Answers one question; an empty text if it has no answer. Called in any thread.
using Lookup = std::function<std::string(const net::Address&)>;

class LookupCache {
 public:
  // No answer is waited for longer than `timeout`. Up to `max_threads` work at once.
  LookupCache(Lookup lookup, net::Clock::duration timeout, std::size_t max_threads = 64);

  // Begins to look an address up, unless that has been done, and not long ago without an answer.
  void ask(const net::Address& address);
  // The answer; nullopt while it may still come. Asks, if that has not been done.
  std::optional<std::string> answer(const net::Address& address);

  // Readable when there are new answers, until clear(), which returns whether there were any.
  [[nodiscard]] int fd() const;
  bool clear();
  // When the next of the questions that are open runs out of time.
  [[nodiscard]] net::Deadline deadline();

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
  net::Clock::duration timeout_;
  DetachedThreads threads_;
};

}  // namespace traceroute
