#include "traceroute/lookup/resolver.hh"

#include <sys/eventfd.h>

#include <deque>
#include <mutex>
#include <system_error>

#include "net/error.hh"
#include "net/file_descriptor.hh"

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
  net::FileDescriptor news{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::mutex mutex;
  std::deque<Resolved> known;

  void tell(Resolved resolved) {
    const std::lock_guard lock(mutex);
    known.push_back(std::move(resolved));
    eventfd_write(news.get(), 1);
  }
};

Resolver::Resolver(net::Family family)
    : family_(family), shared_(std::make_shared<Shared>()), threads_(max_threads) {
  if (!shared_->news) net::fail("open an event descriptor");
}

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
    eventfd_t ignored = 0;
    eventfd_read(fd(), &ignored);
    return std::nullopt;
  }
  Resolved resolved = std::move(shared_->known.front());
  shared_->known.pop_front();
  --waiting_;
  return resolved;
}

int Resolver::fd() const { return shared_->news.get(); }

}  // namespace traceroute
