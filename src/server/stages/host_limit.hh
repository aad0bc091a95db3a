// How many sessions each host has at once.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace server {

class HostLimit {
 public:
  explicit HostLimit(std::size_t max) : max_(max) {}

  // A place for one more session of a host, for as long as anybody holds it; nullptr when the host
  // has `max` already. Any thread may give it back.
  std::shared_ptr<void> enter(const std::string& host) {
    auto leave = [host](HostLimit* limit) { limit->leave(host); };
    {
      const std::lock_guard lock(mutex_);
      std::size_t& open = open_[host];
      if (open == max_) return nullptr;
      ++open;
    }
    return std::shared_ptr<HostLimit>(this, std::move(leave));
  }

 private:
  void leave(const std::string& host) {
    const std::lock_guard lock(mutex_);
    const auto open = open_.find(host);
    if (--open->second == 0) open_.erase(open);
  }

  const std::size_t max_;
  std::mutex mutex_;
  std::map<std::string, std::size_t> open_;
};

}  // namespace server
