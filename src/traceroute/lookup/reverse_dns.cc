#include "traceroute/lookup/reverse_dns.hh"

#include <netdb.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>
#include <vector>

#include "net/sockaddr.hh"
#include "wire/dns.hh"
#include "wire/text.hh"
#include "wire/words.hh"

#ifdef SOCKHOP_RES_QUERY
#include <resolv.h>
#endif

namespace traceroute {

namespace {

constexpr char hex[] = "0123456789abcdef";

}  // namespace

std::string reverse_name(const net::Address& address) {
  char name[NI_MAXHOST];
  const net::SocketAddress of(address);
  const int code = getnameinfo(of.get(), of.size(), name, sizeof name, nullptr, 0, NI_NAMEREQD);
  return code == 0 && is_printable_name(name) ? name : "";
}

bool is_printable_name(std::string_view name) {
  const bool clean = std::ranges::all_of(name, [](char c) {
    return wire::is_letter(c) || wire::is_digit(c) || c == '-' || c == '_' || c == '.';
  });
  // No top-level domain is a number: "192.0.2.1" is an address, of somebody else as a rule.
  std::string_view top = name.substr(0, name.size() - (name.ends_with('.') ? 1 : 0));
  top.remove_prefix(top.rfind('.') + 1);
  return clean && !std::ranges::all_of(top, wire::is_digit) && name.size() <= 255;
}

std::string origin_query(const net::Address& address) {
  std::string query;
  const bool ipv6 = address.family() == net::Family::ipv6;
  const auto bytes = address.bytes();
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
    if (ipv6) {
      query += {hex[*byte & 15], '.', hex[*byte >> 4], '.'};
    } else {
      query += std::to_string(*byte) + '.';
    }
  }
  return query + (ipv6 ? "origin6" : "origin") + ".asn.cymru.com";
}

std::string parse_origin(std::string_view text) {
  std::string origins;
  std::string_view field = text.substr(0, text.find('|'));
  while (!field.empty()) {
    const std::string_view word = wire::take_word(field);
    if (word.empty()) continue;
    const char* const end = word.data() + word.size();
    std::uint32_t number = 0;
    const auto [rest, error] = std::from_chars(word.data(), end, number);
    if (error != std::errc{} || rest != end) return "";
    origins += (origins.empty() ? "AS" : "/AS") + std::to_string(number);
  }
  return origins;
}

#ifdef SOCKHOP_RES_QUERY
std::string origin_as(const net::Address& address) {
  std::vector<std::uint8_t> answer(4096);
  // Safe in many threads: glibc keeps the state of res_query(3) for each, and musl has none.
  const int size = res_query(origin_query(address).c_str(), wire::dns_class_internet,
                             wire::dns_type_txt, answer.data(), static_cast<int>(answer.size()));
  if (size <= 0) return "";
  answer.resize(std::min(answer.size(), static_cast<std::size_t>(size)));
  return parse_origin(wire::first_txt(answer).value_or(""));
}
#else
// Without libc's resolver for records other than addresses no AS number is known.
std::string origin_as(const net::Address&) { return ""; }
#endif

}  // namespace traceroute
