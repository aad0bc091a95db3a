#include "traceroute/lookup/resolver.hh"

#include <list>
#include <mutex>
#include <new>
#include <system_error>

#include "net/wake_event.hh"

namespace traceroute {

namespace {

constexpr std::size_t max_threads = 32;

Resolved look_up(const std::string& name, net::Family family) {
  try {
    return {name, addresses_of(name, family), ""};
  } catch (const std::system_error& error) {
    return {name, {}, error.what()};
  }
}

}  // namespace

std::vector<net::Address> addresses_of(const std::string& host, net::Family family) {
  constexpr auto timeout = std::chrono::seconds(30);
  return net::resolve(host, 0, family, net::Deadline::after(timeout));
}

// What the threads share with the owner, and keep alive when they outlive it.
struct Resolver::Shared {
  net::WakeEvent news;
  std::mutex mutex;
  std::list<Resolved> known;

  void tell(std::list<Resolved>& one) noexcept {
    const std::lock_guard lock(mutex);
    known.splice(known.end(), one);
    news.set();
  }
};

Resolver::Resolver(net::Family family)
    : family_(family), shared_(std::make_shared<Shared>()), threads_(max_threads) {}

void Resolver::ask(const std::string& name) {
  // The answer for a lack of memory is written before the thread begins: whoever waits for it would
  // wait for ever.
  const std::string attempt = "resolve " + name;
  const auto one = std::make_shared<std::list<Resolved>>();
  one->push_back({name, {}, attempt + ": out of memory"});
  if (net::is_numeric(name)) {
    one->front() = look_up(name, family_);
    shared_->tell(*one);
  } else if (!threads_.run([shared = shared_, one, family = family_] {
               try {
                 one->front() = look_up(one->front().name, family);
               } catch (const std::bad_alloc&) {
                 // As it was written before.
               }
               shared->tell(*one);
             })) {
    one->front().error = attempt + ": no thread to be had";
    shared_->tell(*one);
  }
  ++waiting_;
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
