#include "traceroute/lookup/resolver.hh"

#include <deque>
#include <mutex>
#include <system_error>

#include "net/wake_event.hh"

namespace traceroute {

namespace {

constexpr auto patience = std::chrono::seconds(30);
constexpr std::size_t max_threads = 32;

Resolved look_up(const std::string& name, net::Family family) {
  try {
    return {name, net::resolve(name, 0, family, net::Deadline::after(patience)), ""};
  } catch (const std::system_error& error) {
    return {name, {}, error.what()};
  }
}

}  // namespace

// What the threads share with the owner, and keep alive when they outlive it.
struct Resolver::Shared {
  net::WakeEvent news;
  std::mutex mutex;
  std::deque<Resolved> known;

  void tell(Resolved resolved) {
    const std::lock_guard lock(mutex);
    known.push_back(std::move(resolved));
    news.set();
  }
};

Resolver::Resolver(net::Family family)
    : family_(family), shared_(std::make_shared<Shared>()), threads_(max_threads) {}

void Resolver::ask(const std::string& name) {
  ++waiting_;
  if (net::is_numeric(name)) {
    shared_->tell(look_up(name, family_));
    return;
  }
  const bool runs = threads_.run(
      [shared = shared_, name, family = family_] { shared->tell(look_up(name, family)); });
  if (!runs) shared_->tell({name, {}, "resolve " + name + ": no thread to be had"});
}

std::optional<Resolved> Resolver::next() {
  const std::lock_guard lock(shared_->mutex);
  if (shared_->known.empty()) {
    shared_->news.clear();
    return std::nullopt;
  }
  Resolved resolved = std::move(shared_->known.front());
  shared_->known.pop_front();
  --waiting_;
  return resolved;
}

int Resolver::fd() const { return shared_->news.fd(); }

}  // namespace traceroute
