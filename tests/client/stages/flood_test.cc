// A client whose socket is flooded by strangers, faster than it can read: it still keeps its time.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "client/stages/stages.hh"
#include "net/datagram.hh"

// The test's own body of what the library calls: whatever is read, one more datagram is there.
extern "C" ssize_t recvmsg(int, msghdr* message, int flags) {
  if ((flags & MSG_ERRQUEUE) != 0) {
    errno = EAGAIN;
    return -1;
  }
  sockaddr_in stranger{};
  stranger.sin_family = AF_INET;
  stranger.sin_port = htons(9999);
  stranger.sin_addr.s_addr = htonl(0x7f000002);
  const auto* const from = reinterpret_cast<const char*>(&stranger);
  std::copy_n(from, sizeof stranger, static_cast<char*>(message->msg_name));
  message->msg_controllen = 0;
  message->msg_flags = 0;
  static_cast<char*>(message->msg_iov->iov_base)[0] = 'x';
  return 1;
}

namespace client {
namespace {

using namespace std::chrono_literals;

class Flood : public testing::Test {
 protected:
  const net::Address nobody_ = net::Address::parse("127.0.0.1")->with_port(9);
  const Exchange exchange_{"nobody",       {nobody_}, 461, 1, net::Deadline::after(200ms),
                           Narrator(false)};
};

TEST_F(Flood, StageAEndsAtItsDeadline) { EXPECT_THROW((void)stage_a(exchange_), cli::Failure); }

TEST_F(Flood, StageBEndsAtItsDeadline) {
  AReply a{{3, 5, 9, 1}, nobody_, net::open_udp(net::Family::ipv4, net::LocalPort::any)};
  EXPECT_THROW((void)stage_b(exchange_, a), cli::Failure);
}

}  // namespace
}  // namespace client
