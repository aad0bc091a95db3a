#include "net/datagram.hh"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <deque>

#include "net/datagram_notes.hh"
#include "net/wait.hh"

namespace {

std::deque<int> receive_errors, send_errors;  // with which the next calls fail

bool fails(std::deque<int>& errors) {
  if (errors.empty()) return false;
  errno = errors.front();
  errors.pop_front();
  return true;
}

}  // namespace

// The test's own bodies of what the library calls.
extern "C" ssize_t recvmsg(int fd, msghdr* message, int flags) {
  return fails(receive_errors) ? -1 : syscall(SYS_recvmsg, fd, message, flags);
}
extern "C" ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  return fails(send_errors) ? -1 : syscall(SYS_sendmsg, fd, message, flags);
}

namespace net {
namespace {

Address loopback(const char* host) { return *Address::parse(host); }

class DatagramTest : public testing::Test {
 protected:
  DatagramTest()
      : near_(std::move(*open_udp(loopback("127.0.0.1")))),
        far_(std::move(*open_udp(loopback("127.0.0.1")))) {}

  static Address address(const FileDescriptor& socket) { return local_address(socket.get()); }
  std::optional<Datagram> receive(const FileDescriptor& socket) {
    (void)wait_readable({socket.get()}, Deadline::after(20s));
    return receive_datagram(socket.get(), buffer_);
  }

  FileDescriptor near_, far_;
  std::array<std::uint8_t, 16> buffer_{};
  std::vector<std::uint8_t> words_{'w', 'o', 'r', 'd', 's'};
};

TEST_F(DatagramTest, ComesWithItsSizeAndItsSender) {
  EXPECT_FALSE(send_datagram(near_.get(), words_, address(far_)));
  const auto came = receive(far_);
  ASSERT_TRUE(came);
  EXPECT_EQ(came->size, words_.size());
  EXPECT_EQ(came->from, address(near_));
  EXPECT_FALSE(came->error);
  EXPECT_FALSE(receive_datagram(far_.get(), buffer_));
}

TEST_F(DatagramTest, ThatIsLongerThanTheBufferIsKnownToBe) {
  EXPECT_FALSE(send_datagram(near_.get(), std::vector<std::uint8_t>(100), address(far_)));
  EXPECT_EQ(receive(far_)->size, whole_size != 0 ? 100U : 17U);
}

TEST_F(DatagramTest, BehindAnIcmpErrorIsTaken) {
  EXPECT_FALSE(send_datagram(near_.get(), words_, address(far_)));
  (void)wait_readable({far_.get()}, Deadline::after(20s));
  receive_errors = {ECONNREFUSED, EAGAIN};  // which somebody else has taken from the queue
  const auto came = receive_datagram(far_.get(), buffer_);
  EXPECT_TRUE(receive_errors.empty());
  ASSERT_TRUE(came);
  EXPECT_EQ(came->size, words_.size());
}

TEST_F(DatagramTest, AnIcmpErrorNamesWhomItIsAbout) {
  if (errors_only == 0) GTEST_SKIP() << "this kernel tells no errors";
  const Address nobody = address(far_);
  far_.reset();
  EXPECT_FALSE(send_datagram(near_.get(), words_, nobody));
  const auto came = receive(near_);
  ASSERT_TRUE(came);
  EXPECT_EQ(came->error, std::errc::connection_refused);
  EXPECT_EQ(came->from, nobody);
}

TEST_F(DatagramTest, AnErrorAboutAnEarlierOneFailsNoSend) {
  send_errors = {ECONNREFUSED, EHOSTUNREACH};
  EXPECT_FALSE(send_datagram(near_.get(), words_, address(far_)));
  EXPECT_TRUE(receive(far_));
  send_errors = {EPERM};
  EXPECT_EQ(send_datagram(near_.get(), words_, address(far_)), std::errc::operation_not_permitted);
  EXPECT_FALSE(receive_datagram(far_.get(), buffer_));
}

TEST_F(DatagramTest, TellsWhereItWasSentToAndTheAnswerComesFromThere) {
  const FileDescriptor everywhere = std::move(*open_udp(Address::wildcard(Family::ipv4, 0)));
  report_local_address(everywhere.get(), net::Family::ipv4);
  const Address here = loopback("127.0.0.2").with_port(address(everywhere).port());
  EXPECT_FALSE(send_datagram(near_.get(), words_, here));
  const auto came = receive(everywhere);
  ASSERT_TRUE(came && came->to);
  EXPECT_TRUE(came->to->same_host(here));
  EXPECT_FALSE(came->to_group);
  EXPECT_FALSE(send_datagram(everywhere.get(), words_, came->from, came->to));
  EXPECT_EQ(receive(near_)->from, here);
}

TEST_F(DatagramTest, ToABroadcastAddressIsToAGroup) {
  const FileDescriptor everywhere = std::move(*open_udp(Address::wildcard(Family::ipv4, 0)));
  report_local_address(everywhere.get(), net::Family::ipv4);
  set_option(near_.get(), SOL_SOCKET, SO_BROADCAST, 1);
  const Address all = loopback("127.255.255.255").with_port(address(everywhere).port());
  const FileDescriptor sender = open_udp(net::Family::ipv4, LocalPort::any);
  set_option(sender.get(), SOL_SOCKET, SO_BROADCAST, 1);
  if (send_datagram(sender.get(), words_, all)) GTEST_SKIP() << "no broadcast here";
  const auto came = receive(everywhere);
  ASSERT_TRUE(came);
  EXPECT_TRUE(came->to_group);
}

// Emulators of another processor (qemu-user) and of the kernel lack some of it.
TEST_F(DatagramTest, WhatAKernelCannotTellBesideADatagramIsNoFailure) {
  const FileDescriptor knows_no_options;
  EXPECT_NO_THROW(report_arrival_time(knows_no_options.get()));
  EXPECT_NO_THROW(report_errors(knows_no_options.get(), Family::ipv4));
}

TEST_F(DatagramTest, APortThatIsTakenIsNoFailure) {
  EXPECT_EQ(open_udp(address(near_)), std::nullopt);
  EXPECT_THROW((void)open_udp(loopback("192.0.2.1")), std::system_error);
}

}  // namespace
}  // namespace net
