#include "net/sockaddr.hh"

#include <cstring>

namespace net {

const FamilyTraits& traits(Family family) {
  static constexpr FamilyTraits none{AF_UNSPEC, sizeof(sockaddr), IPPROTO_IP, 0};
  static constexpr FamilyTraits ipv4{AF_INET, sizeof(sockaddr_in), IPPROTO_IP, IP_PKTINFO};
  static constexpr FamilyTraits ipv6{AF_INET6, sizeof(sockaddr_in6), IPPROTO_IPV6,
                                     IPV6_RECVPKTINFO};
  return family == Family::ipv4 ? ipv4 : family == Family::ipv6 ? ipv6 : none;
}

SocketAddress::SocketAddress(const Address& address) : size_(traits(address.family()).size) {
  storage_.ss_family = static_cast<sa_family_t>(traits(address.family()).domain);
  if (address.family() == Family::ipv4) {
    auto& filled = reinterpret_cast<sockaddr_in&>(storage_);
    filled.sin_port = htons(address.port());
    std::memcpy(&filled.sin_addr, address.bytes().data(), sizeof filled.sin_addr);
  } else if (address.family() == Family::ipv6) {
    auto& filled = reinterpret_cast<sockaddr_in6&>(storage_);
    filled.sin6_port = htons(address.port());
    filled.sin6_scope_id = address.scope();
    std::memcpy(&filled.sin6_addr, address.bytes().data(), sizeof filled.sin6_addr);
  }
}

Address SocketAddress::address() const {
  if (storage_.ss_family == AF_INET) {
    const auto& filled = reinterpret_cast<const sockaddr_in&>(storage_);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&filled.sin_addr);
    return Address({bytes, sizeof filled.sin_addr}, ntohs(filled.sin_port));
  }
  if (storage_.ss_family == AF_INET6) {
    const auto& filled = reinterpret_cast<const sockaddr_in6&>(storage_);
    return Address(filled.sin6_addr.s6_addr, ntohs(filled.sin6_port), filled.sin6_scope_id);
  }
  return {};
}

int bind_to(int fd, const Address& address) {
  const SocketAddress local(address);
  return bind(fd, local.get(), local.size());
}

int connect_to(int fd, const Address& address) {
  const SocketAddress peer(address);
  return connect(fd, peer.get(), peer.size());
}

}  // namespace net
