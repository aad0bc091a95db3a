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
  // Of one session, for as long as it lives.
  class Place {
   public:
    Place(HostLimit& limit, std::string host) : limit_(limit), host_(std::move(host)) {}
    ~Place() {
      if (taken_) limit_.leave(host_);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    friend class HostLimit;
    HostLimit& limit_;
    const std::string host_;
    bool taken_ = false;
  };

  explicit HostLimit(std::size_t max) : max_(max) {}

  // A place for one more session of a host; nullptr when it has `max` already. Any thread may give
  // it back.
  std::shared_ptr<Place> enter(const std::string& host) {
    auto place = std::make_shared<Place>(*this, host);
    const std::lock_guard lock(mutex_);
    std::size_t& open = open_[host];
    if (open == max_) return nullptr;
    ++open;
    place->taken_ = true;
    return place;
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
