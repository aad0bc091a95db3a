// Finds the addresses of targets, of many at once: a slow name holds no other up.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/address.hh"
#include "traceroute/lookup/detached_threads.hh"

namespace traceroute {

// Every address of a host. Waits for 30 s at most. Throws std::system_error.
std::vector<net::Address> addresses_of(const std::string& host, net::Family family);

struct Resolved {
  std::string name;
  std::vector<net::Address> addresses;
  std::string error;  // why there are none
};

class Resolver {
 public:
  explicit Resolver(net::Family family);

  void ask(const std::string& name);
  // One that is known by now, in order of knowing: a numeric address at once.
  std::optional<Resolved> next();
  // Readable when next() has news.
  [[nodiscard]] int fd() const;
  // How many have been asked for that next() has not returned.
  [[nodiscard]] std::size_t waiting() const { return waiting_; }

 private:
  struct Shared;
  net::Family family_;
  std::shared_ptr<Shared> shared_;
  DetachedThreads threads_;
  std::size_t waiting_ = 0;
};

}  // namespace traceroute
