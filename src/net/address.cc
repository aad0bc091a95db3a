#include "net/address.hh"

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstring>
#include <future>
#include <memory>
#include <thread>

#include "net/error.hh"

namespace net {

namespace {

const sockaddr_in& as_ipv4(const sockaddr_storage& s) {
  return reinterpret_cast<const sockaddr_in&>(s);
}
const sockaddr_in6& as_ipv6(const sockaddr_storage& s) {
  return reinterpret_cast<const sockaddr_in6&>(s);
}

int address_family(Family family) {
  switch (family) {
    case Family::ipv4:
      return AF_INET;
    case Family::ipv6:
      return AF_INET6;
    case Family::any:
      break;
  }
  return AF_UNSPEC;
}

struct Lookup {
  int code = 0;
  int error = 0;
  std::vector<Address> addresses;
};

// A name in other letters than ASCII is looked up by its ASCII form (RFC 5891), for which the
// resolver wants to know how the letters are encoded: here always in UTF-8, whatever the locale.
class InternationalName {
 public:
#ifdef AI_IDN
  explicit InternationalName(const std::string& host) {
    const bool ascii = std::ranges::all_of(host, [](char c) { return c > 0; });
    if (ascii) return;
    utf8_ = newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_t{});
    if (!utf8_) return;
    before_ = uselocale(utf8_);
    flags = AI_IDN;
  }
  ~InternationalName() {
    if (!utf8_) return;
    uselocale(before_);
    freelocale(utf8_);
  }
#else
  explicit InternationalName(const std::string&) {}
#endif
  InternationalName(const InternationalName&) = delete;
  InternationalName& operator=(const InternationalName&) = delete;

  int flags = 0;  // for getaddrinfo

#ifdef AI_IDN
 private:
  locale_t utf8_{};
  locale_t before_{};
#endif
};

Lookup look_up(const std::string& host, const std::string& service, Family family, int flags) {
  addrinfo hints{};
  hints.ai_family = address_family(family);
  hints.ai_socktype = SOCK_STREAM;  // one entry an address
  const bool is_number = service.find_first_not_of("0123456789") == std::string::npos;
  const InternationalName name(host);
  hints.ai_flags = flags | name.flags | (is_number ? AI_NUMERICSERV : 0);
  addrinfo* list = nullptr;
  Lookup found;
  errno = 0;
  found.code = getaddrinfo(host.c_str(), service.c_str(), &hints, &list);
  found.error = errno;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list, [](addrinfo* head) {
    if (head) freeaddrinfo(head);
  });
  for (const addrinfo* entry = list; entry; entry = entry->ai_next) {
    const Address address(entry->ai_addr, entry->ai_addrlen);
    if (std::ranges::find(found.addresses, address) == found.addresses.end()) {
      found.addresses.push_back(address);
    }
  }
  return found;
}

}  // namespace

Address::Address(const sockaddr* address, socklen_t length) {
  std::memcpy(&storage_, address, std::min<std::size_t>(length, sizeof storage_));
}

Address Address::wildcard(Family family, std::uint16_t port) {
  Address address;
  address.storage_.ss_family = static_cast<sa_family_t>(address_family(family));
  return address.with_port(port);
}

std::uint16_t Address::port() const {
  return ntohs(family() == AF_INET6 ? as_ipv6(storage_).sin6_port : as_ipv4(storage_).sin_port);
}

Address Address::with_port(std::uint16_t port) const {
  Address changed = *this;
  if (family() == AF_INET6) {
    reinterpret_cast<sockaddr_in6&>(changed.storage_).sin6_port = htons(port);
  } else {
    reinterpret_cast<sockaddr_in&>(changed.storage_).sin_port = htons(port);
  }
  return changed;
}

Address Address::without_scope() const {
  Address changed = *this;
  if (family() == AF_INET6) {
    reinterpret_cast<sockaddr_in6&>(changed.storage_).sin6_scope_id = 0;
  }
  return changed;
}

socklen_t Address::size() const {
  return family() == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
}

std::string Address::host() const {
  char text[INET6_ADDRSTRLEN] = {};
  if (family() != AF_INET6) {
    inet_ntop(AF_INET, &as_ipv4(storage_).sin_addr, text, sizeof text);
    return text;
  }
  const sockaddr_in6& address = as_ipv6(storage_);
  inet_ntop(AF_INET6, &address.sin6_addr, text, sizeof text);
  if (address.sin6_scope_id == 0) return text;
  char interface[IF_NAMESIZE] = {};
  const bool named = if_indextoname(address.sin6_scope_id, interface) != nullptr;
  return std::string(text) + '%' + (named ? interface : std::to_string(address.sin6_scope_id));
}

std::string Address::text() const {
  const std::string where = family() == AF_INET6 ? '[' + host() + ']' : host();
  return where + ':' + std::to_string(port());
}

bool Address::same_host(const Address& other) const {
  if (family() != other.family()) return false;
  if (family() == AF_INET6) {
    const sockaddr_in6& mine = as_ipv6(storage_);
    const sockaddr_in6& theirs = as_ipv6(other.storage_);
    return std::memcmp(&mine.sin6_addr, &theirs.sin6_addr, sizeof mine.sin6_addr) == 0 &&
           mine.sin6_scope_id == theirs.sin6_scope_id;
  }
  return as_ipv4(storage_).sin_addr.s_addr == as_ipv4(other.storage_).sin_addr.s_addr;
}

bool is_numeric(const std::string& host) {
  return look_up(host, "0", Family::any, AI_NUMERICHOST).code == 0;
}

std::vector<Address> resolve(const std::string& host, std::uint16_t port, Family family,
                             Deadline deadline) {
  return resolve(host, std::to_string(port), family, deadline);
}

std::vector<Address> resolve(const std::string& host, const std::string& service, Family family,
                             Deadline deadline) {
  const std::string attempt = "resolve " + host;
  // A numeric address needs no resolver, no thread and none of the libraries they load.
  Lookup found = look_up(host, service, family, AI_NUMERICHOST);
  if (found.code == EAI_NONAME) {
    // getaddrinfo cannot be told a deadline: a thread of its own may outlive this call, and so
    // shares nothing with it but the promise.
    auto promise = std::make_shared<std::promise<Lookup>>();
    auto future = promise->get_future();
    std::thread([promise, host, service, family] {
      promise->set_value(look_up(host, service, family, 0));
    }).detach();
    const bool answered =
        deadline.never() || future.wait_until(deadline.when()) == std::future_status::ready;
    if (!answered) throw std::system_error(ETIMEDOUT, std::generic_category(), attempt);
    found = future.get();
  }
  if (found.code == EAI_SYSTEM) {
    throw std::system_error(found.error, std::generic_category(), attempt);
  }
  if (found.code != 0) throw std::system_error(found.code, name_resolution_category(), attempt);
  return found.addresses;
}

Address local_address(int fd) {
  Address address;
  socklen_t length = Address::capacity;
  if (getsockname(fd, address.get(), &length) != 0) fail("find the local address");
  return address;
}

}  // namespace net
