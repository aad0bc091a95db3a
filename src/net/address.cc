#include "net/address.hh"

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <clocale>
#include <cstring>
#include <future>
#include <memory>
#include <thread>

#include "net/error.hh"
#include "net/file_descriptor.hh"
#include "net/sockaddr.hh"

namespace net {

namespace {

constexpr std::size_t ipv4_size = 4;

struct Lookup {
  int code = 0;
  int error = 0;
  std::vector<Address> addresses;
};

// A name in other letters than ASCII is looked up by its ASCII form (RFC 5891), for which the
// resolver wants to know how the letters are encoded: here always in UTF-8, whatever the locale.
class InternationalName {
 public:
  InternationalName(const InternationalName&) = delete;
  InternationalName& operator=(const InternationalName&) = delete;

  int flags = 0;  // for getaddrinfo

#ifdef AI_IDN
  explicit InternationalName(const std::string& host) {
    const bool ascii = std::ranges::all_of(host, [](unsigned char c) { return c < 0x80; });
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

 private:
  locale_t utf8_{};
  locale_t before_{};
#else
  explicit InternationalName(const std::string&) {}
#endif
};

// Whether a text is a port, or can be a service's name. getaddrinfo(3) takes "65616" for port 80
// and "" for 0, and reads spaces and signs as strtoul(3) does. glibc takes "*" for 0.
bool is_service(std::string_view text) {
  if (text == "*") return false;
  if (text.find_first_not_of(" \t\n\v\f\r+-0123456789") != std::string_view::npos) return true;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size();
}

Lookup look_up(const std::string& host, const std::string& service, Family family, int flags) {
  addrinfo hints{};
  hints.ai_family = traits(family).domain;
  hints.ai_socktype = SOCK_STREAM;  // one entry an address
  const bool is_number = service.find_first_not_of("0123456789") == std::string::npos;
  const InternationalName name(host);
  hints.ai_flags = flags | name.flags | (is_number ? AI_NUMERICSERV : 0);
  addrinfo* list = nullptr;
  Lookup found;
  found.code = EAI_NONAME;
  if (host == "*") return found;  // glibc takes it for no host, which is this one
  errno = 0;
  found.code = getaddrinfo(host.c_str(), service.c_str(), &hints, &list);
  found.error = errno;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list, [](addrinfo* head) {
    if (head) freeaddrinfo(head);
  });
  for (const addrinfo* entry = list; entry; entry = entry->ai_next) {
    SocketAddress filled;
    std::memcpy(filled.get(), entry->ai_addr, std::min(entry->ai_addrlen, filled.capacity));
    Address address = filled.address().unmapped();
    // Only link-local (fe80::) and multicast addresses (ff00::) have one: replies name no other.
    if (address.bytes()[0] < 0xfe) address = address.without_scope();
    if (std::ranges::find(found.addresses, address) == found.addresses.end()) {
      found.addresses.push_back(address);
    }
  }
  return found;
}

}  // namespace

Address::Address(std::span<const std::uint8_t> bytes, std::uint16_t port, std::uint32_t scope)
    : port_(port), scope_(scope) {
  if (bytes.size() == ipv4_size) family_ = Family::ipv4;
  if (bytes.size() == bytes_.size()) family_ = Family::ipv6;
  if (family_ != Family::any) std::ranges::copy(bytes, bytes_.begin());
}

Address Address::wildcard(Family family, std::uint16_t port) {
  Address address;
  address.family_ = family;
  address.port_ = port;
  return address;
}

std::optional<Address> Address::parse(std::string_view text) {
  const std::string host(text.substr(0, text.find('%')));
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    Address address = wildcard(family, 0);
    if (inet_pton(traits(family).domain, host.c_str(), address.bytes_.data()) == 1) return address;
  }
  return std::nullopt;
}

std::span<const std::uint8_t> Address::bytes() const {
  return std::span(bytes_).first(family_ == Family::ipv6 ? bytes_.size() : ipv4_size);
}

Address Address::with_port(std::uint16_t port) const {
  Address changed = *this;
  changed.port_ = port;
  return changed;
}

Address Address::without_scope() const {
  Address changed = *this;
  changed.scope_ = 0;
  return changed;
}

Address Address::unmapped() const {
  constexpr std::array<std::uint8_t, 12> prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const bool mapped =
      family_ == Family::ipv6 && std::equal(prefix.begin(), prefix.end(), bytes_.begin());
  return mapped ? Address(std::span(bytes_).subspan(prefix.size()), port_) : *this;
}

bool Address::is_link_local() const {
  return family_ == Family::ipv6 && bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80;
}

Address Address::settled_by(const Address& answering) const {
  const auto loopback = parse(family_ == Family::ipv6 ? "::1" : "127.0.0.1");
  const bool here = same_host(wildcard(answering.family_, 0)) && answering.same_host(*loopback);
  const bool on_some_link = is_link_local() && same_host(answering.without_scope());
  return here || on_some_link ? answering.with_port(port_) : *this;
}

std::string Address::host() const {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(traits(family_).domain, bytes_.data(), text, sizeof text);
  if (scope_ == 0) return text;
  char interface[IF_NAMESIZE] = {};
  const bool named = if_indextoname(scope_, interface) != nullptr;
  return std::string(text) + '%' + (named ? interface : std::to_string(scope_));
}

std::string Address::text() const {
  const std::string where = family_ == Family::ipv6 ? '[' + host() + ']' : host();
  return where + ':' + std::to_string(port_);
}

bool Address::same_host(const Address& other) const { return with_port(0) == other.with_port(0); }

bool is_numeric(const std::string& host) {
  return look_up(host, "0", Family::any, AI_NUMERICHOST).code == 0;
}

std::vector<Address> resolve(const std::string& host, std::uint16_t port, Family family,
                             Deadline deadline) {
  return resolve(host, std::to_string(port), family, deadline);
}

std::vector<Address> resolve(const std::string& host, const std::string& service, Family family,
                             Deadline deadline) {
  if (const std::size_t end = host.find('\0'); end != std::string::npos) {
    // C would read what stands before it, which is another host.
    throw std::system_error(EAI_NONAME, name_resolution_category(),
                            "resolve " + host.substr(0, end) + "\\x00...");
  }
  const std::string attempt = "resolve " + host +
                              (family == Family::ipv4   ? " to an IPv4 address"
                               : family == Family::ipv6 ? " to an IPv6 address"
                                                        : "");
  // A numeric address needs no resolver, no thread and none of the libraries they load.
  Lookup found;
  found.code = EAI_SERVICE;
  if (is_service(service)) found = look_up(host, service, family, AI_NUMERICHOST);
  if (found.code == EAI_NONAME) {
    // getaddrinfo cannot be told a deadline: a thread of its own may outlive this call, and so
    // shares nothing with it but the promise.
    auto promise = std::make_shared<std::promise<Lookup>>();
    auto future = promise->get_future();
    try {
      std::thread([promise, host, service, family] {
        try {
          promise->set_value(look_up(host, service, family, 0));
        } catch (...) {
          promise->set_exception(std::current_exception());
        }
      }).detach();
    } catch (const std::system_error& error) {
      throw std::system_error(error.code(), attempt + ": start a thread");
    }
    const bool answered =
        deadline.never() || future.wait_until(deadline.when()) == std::future_status::ready;
    if (!answered) fail(attempt, ETIMEDOUT);
    found = future.get();
  }
  // Where libc may open nothing, it says that the name is unknown.
  if (found.code != 0 && !can_open(1) && is_shortage(errno)) fail(attempt);
  if (found.code == EAI_SYSTEM && found.error != 0) fail(attempt, found.error);
  if (found.code == EAI_SERVICE) {
    throw std::system_error(found.code, name_resolution_category(), "find port \"" + service + '"');
  }
  if (found.code != 0) throw std::system_error(found.code, name_resolution_category(), attempt);
  return found.addresses;
}

Address local_address(int fd) {
  SocketAddress local;
  socklen_t length = local.capacity;
  if (getsockname(fd, local.get(), &length) != 0) fail("find the local address");
  return local.address();
}

}  // namespace net
