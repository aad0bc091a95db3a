// What the kernel notes beside a packet: control messages (cmsg(3)).
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstring>
#include <optional>

#include "net/sockaddr.hh"

namespace net {

// A message of one part, with room for control messages: to a peer, or to be filled in with whose
// it is. Valid as long as all of them are.
template <std::size_t room>
msghdr message_of(SocketAddress& peer, iovec& part, std::array<char, room>& control) {
  msghdr message{};
  message.msg_name = peer.get();
  message.msg_namelen = peer.size() > 0 ? peer.size() : SocketAddress::capacity;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = room;
  return message;
}

// The control message after this one, or nullptr: CMSG_NXTHDR(3).
inline cmsghdr* next_control(msghdr& message, cmsghdr* control) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-compare"  // in musl's macro
  return CMSG_NXTHDR(&message, control);
#pragma GCC diagnostic pop
}

// The first control message of this level and type that holds a whole T; nullopt when there is
// none.
template <typename T>
std::optional<T> find_control(msghdr& message, int level, int type) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = next_control(message, c)) {
    if (c->cmsg_level != level || c->cmsg_type != type) continue;
    if (c->cmsg_len < CMSG_LEN(sizeof(T))) continue;
    T value{};
    std::memcpy(&value, CMSG_DATA(c), sizeof value);
    return value;
  }
  return std::nullopt;
}

// Makes T the only control message of a message whose msg_control has room for it.
template <typename T>
void set_control(msghdr& message, int level, int type, const T& value) {
  message.msg_controllen = CMSG_SPACE(sizeof value);
  cmsghdr* note = CMSG_FIRSTHDR(&message);
  note->cmsg_level = level;
  note->cmsg_type = type;
  note->cmsg_len = CMSG_LEN(sizeof value);
  std::memcpy(CMSG_DATA(note), &value, sizeof value);
}

}  // namespace net
