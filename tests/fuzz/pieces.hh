// A connection whose peer's bytes are there already, in pieces: each is one receive of its own.
#pragma once

#include <sys/socket.h>

#include <string>
#include <vector>

#include "input.hh"
#include "net/stream.hh"

namespace fuzz {

class Pieces {
 public:
  Pieces(const std::vector<std::string>& pieces, bool ends) {
    int fds[2];
    // Of this kind a record is a piece; an empty one would be the end of the stream.
    require(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == 0, "a socket pair");
    near_ = net::FileDescriptor(fds[0]);
    far_ = net::FileDescriptor(fds[1]);
    for (const std::string& piece : pieces) {
      if (!piece.empty())
        require(send(fds[1], piece.data(), piece.size(), MSG_DONTWAIT) > 0, "room");
    }
    if (ends) shutdown(fds[1], SHUT_WR);
  }

  net::Stream take() { return net::Stream(std::move(near_)); }

 private:
  net::FileDescriptor near_, far_;
};

// The input's rest, cut where its own bytes say.
inline std::vector<std::string> cut(Input& in, const std::string& text) {
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = pieces.size() < 64 ? in.next() % 64 + 1 : text.size() - at;
    pieces.push_back(text.substr(at, size));
    at += size;
  }
  return pieces;
}

}  // namespace fuzz
