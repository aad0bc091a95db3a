#include "simnet/model/ip.hh"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace simnet {

std::string Ip::text() const {
  char buffer[INET6_ADDRSTRLEN] = {};
  inet_ntop(v6 ? AF_INET6 : AF_INET, octets.data(), buffer, sizeof buffer);
  return buffer;
}

Ip ip_from(wire::Bytes bytes) {
  Ip ip;
  ip.v6 = bytes.size() == 16;
  std::copy_n(bytes.begin(), std::min(bytes.size(), ip.octets.size()), ip.octets.begin());
  return ip;
}

Ip operator+(const Ip& base, unsigned number) {
  Ip sum = base;
  for (std::size_t i = base.size(); i-- > 0; number >>= 8) {
    number += sum.octets[i];
    sum.octets[i] = static_cast<std::uint8_t>(number);
  }
  return sum;
}

Ip Prefix::with_host_bits_of(const Ip& host) const {
  Ip mixed = host;
  for (unsigned i = 0; i < address.size(); ++i) {
    const unsigned kept = std::clamp(length, 8 * i, 8 * i + 8) - 8 * i;
    const unsigned mask = 0xff00U >> kept & 0xff;
    mixed.octets[i] =
        static_cast<std::uint8_t>((address.octets[i] & mask) | (host.octets[i] & ~mask & 0xff));
  }
  return mixed;
}

bool Prefix::contains(const Ip& ip) const {
  return ip.v6 == address.v6 && with_host_bits_of(ip) == ip;
}

std::optional<Prefix> parse_prefix(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string host(text.substr(0, slash));
  Prefix prefix;
  prefix.address.v6 = host.find(':') != std::string::npos;
  if (inet_pton(prefix.address.v6 ? AF_INET6 : AF_INET, host.c_str(),
                prefix.address.octets.data()) != 1) {
    return std::nullopt;
  }
  const unsigned bits = 8 * static_cast<unsigned>(prefix.address.size());
  prefix.length = bits;
  if (slash == std::string_view::npos) return prefix;
  const std::string_view length = text.substr(slash + 1);
  const auto [end, error] =
      std::from_chars(length.data(), length.data() + length.size(), prefix.length);
  if (error != std::errc{} || end != length.data() + length.size() || prefix.length > bits) {
    return std::nullopt;
  }
  return prefix;
}

}  // namespace simnet
