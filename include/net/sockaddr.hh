// Addresses in the form of the socket calls, and what the two families differ in there.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include "net/address.hh"

namespace net {

// What the calls name differently for the two families, a row each.
struct FamilyTraits {
  int domain;              // AF_…
  socklen_t size;          // of its sockaddr
  int level;               // of its socket options
  int report_destination;  // the option that has a datagram's destination noted
};
// AF_UNSPEC for Family::any.
const FamilyTraits& traits(Family family);

// Room for an address of either family.
class SocketAddress {
 public:
  SocketAddress() = default;  // to be filled in by a call: get() and capacity
  explicit SocketAddress(const Address& address);
  // As a call has filled it in; no address for another family.
  [[nodiscard]] Address address() const;

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage_); }
  [[nodiscard]] socklen_t size() const { return size_; }
  static constexpr socklen_t capacity = sizeof(sockaddr_storage);

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

// bind(2) and connect(2): 0, or -1 and errno.
int bind_to(int fd, const Address& address);
int connect_to(int fd, const Address& address);

}  // namespace net
