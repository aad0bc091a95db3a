// The tracer on loopback, with raw sockets, while a stranger sends answers to traces that are over.
#include "traceroute/run/tracer.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "net/sockaddr.hh"
#include "net/socket.hh"
#include "support/descriptors.hh"
#include "support/libc_call.hh"
#include "support/site.hh"
#include "support/wait_until.hh"
#include "traceroute/own_loopback.hh"
#include "wire/icmp.hh"

// What is deleted is overwritten and not used again, so that whoever still uses it does not get
// away with it. The address sanitizer does the same in its own way.
#if !ADDRESS_SANITIZER
// Not inline: g++ would see malloc and free, but not that they belong together.
[[gnu::noinline]] void* operator new(std::size_t size) {
  void* const memory = std::malloc(size);
  if (!memory) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  if (memory) std::memset(memory, 0xdd, malloc_usable_size(memory));
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  operator delete(memory);
}
#endif

namespace traceroute {
namespace {

using namespace std::chrono_literals;

class TracerTest : public testing::Test {
 protected:
  void SetUp() override {
    try {
      sockets_.all.push_back(std::make_unique<FamilySocket>(
          ProbeSocket(net::Family::ipv4, ProbeWay::raw, {}), std::nullopt));
      stranger_ = net::open_socket(net::Family::ipv4, SOCK_RAW, IPPROTO_ICMP);
    } catch (const std::system_error& error) {
      GTEST_SKIP() << "raw sockets: " << error.what();
    }
    options_.targets = directory_.path("targets");
    options_.numeric = true;
    ASSERT_EQ(mkfifo(options_.targets.c_str(), 0600), 0);
    list_ = net::FileDescriptor(open(options_.targets.c_str(), O_RDWR | O_CLOEXEC));
  }
  void trace(const std::string& lines) {
    ASSERT_EQ(write(list_.get(), lines.data(), lines.size()), static_cast<ssize_t>(lines.size()));
  }
  // Runs until the list of targets ends.
  void start() {
    targets_.emplace(Targets::from_file(options_.targets));
    thread_ = std::thread([this] {
      Style style;
      style.numeric = true;
      AddressInfo info(style);
      status_ = Tracer(options_, sockets_, info).run(*targets_, stop_.get());
    });
  }
  int finish() {
    list_.reset();
    thread_.join();
    return status_;
  }
  // Sends the right answer to each echo request that passed loopback, once more.
  void answer_all_again() {
    std::array<std::uint8_t, 2048> packet;
    while (true) {
      const ssize_t size = recv(stranger_.get(), packet.data(), packet.size(), MSG_DONTWAIT);
      if (size < 0) return;
      const auto bytes = wire::Bytes(packet).first(static_cast<std::size_t>(size));
      const auto ip = wire::parse_ipv4(bytes);
      if (!ip || ip->payload.empty() || ip->payload[0] != wire::icmp_v4.echo_request) continue;
      if (!goes_to(bytes, own_loopback())) continue;
      std::vector<std::uint8_t> reply(ip->payload.begin(), ip->payload.end());
      reply[0] = wire::icmp_v4.echo_reply;
      const net::SocketAddress to(own_loopback());
      (void)sendto(stranger_.get(), reply.data(), reply.size(), 0, to.get(), to.size());
    }
  }

  TemporaryDirectory directory_;
  Options options_;
  FamilySockets sockets_;
  net::FileDescriptor stranger_, list_, stop_{eventfd(0, EFD_CLOEXEC)};
  SentToFile output_{STDOUT_FILENO};
  std::optional<Targets> targets_;
  std::thread thread_;
  std::atomic<int> status_ = -1;
};

// Lines that were read wait for no more of them, though those before failed at once.
TEST_F(TracerTest, ManyThatFailHoldNothingUp) {
  sockets_.all.clear();  // by which strangers would wake it
  options_.family = net::Family::ipv4;
  options_.json = true;
  testing::internal::CaptureStderr();
  start();
  std::string lines;
  for (std::size_t i = 0; i <= max_resolving; ++i) lines += "::1\n";
  trace(lines + "::2\n");
  EXPECT_TRUE(wait_until([&] { return output_.text().find("::2") != std::string::npos; }));
  EXPECT_EQ(finish(), 1);
  testing::internal::GetCapturedStderr();
}

TEST_F(TracerTest, AnAnswerToATraceThatIsOverIsNobodys) {
  start();
  trace(own_loopback().host() + '\n');
  ASSERT_TRUE(wait_until([&] { return output_.text().ends_with(" ms\n"); }));
  answer_all_again();
  const std::string other = own_loopback(1).host();
  trace(other + '\n');
  ASSERT_TRUE(wait_until([&] {
    const std::string text = output_.text();
    return text.ends_with(" ms\n") && text.find("to " + other) != std::string::npos;
  }));
  EXPECT_EQ(finish(), 0);
}

TEST_F(TracerTest, ATargetThatCannotBeTracedDoesNotTakeTheOthersAlong) {
  testing::internal::CaptureStderr();
  sockets_.refused = net::Family::ipv6;
  sockets_.why = "open a socket: Cannot allocate memory";
  start();
  trace("::1\n127.0.0.1\n::1\n");
  EXPECT_EQ(finish(), 1);
  const std::string errors = testing::internal::GetCapturedStderr();
  EXPECT_NE(errors.find("send to ::1: open a socket: Cannot allocate memory"), std::string::npos)
      << errors;
  EXPECT_NE(output_.text().find("to 127.0.0.1 (127.0.0.1)"), std::string::npos) << output_.text();
}

TEST_F(TracerTest, AFileThatCanBeReadNoFartherEndsNoTraceThatHasBegun) {
  testing::internal::CaptureStderr();
  start();
  trace("127.0.0.1\n127.0.0.2\n" + std::string(9000, 'a'));
  EXPECT_EQ(finish(), 1);
  const std::string errors = testing::internal::GetCapturedStderr();
  EXPECT_NE(errors.find("a line of more than 4096 bytes"), std::string::npos) << errors;
  for (const std::string host : {"127.0.0.1", "127.0.0.2"})
    EXPECT_NE(output_.text().find("\n 1  " + host + ' '), std::string::npos) << output_.text();
}

TEST_F(TracerTest, ASourceOfAnotherFamilyIsToldOfEachTarget) {
  options_.source = "::1";
  testing::internal::CaptureStderr();
  start();
  trace("127.0.0.1\n127.0.0.2\n");
  EXPECT_EQ(finish(), 1);
  const std::string errors = testing::internal::GetCapturedStderr();
  const std::string why = ": send from ::1 to IPv4: not of the same family\n";
  const auto first = errors.find(why);
  ASSERT_NE(first, std::string::npos) << errors;
  EXPECT_NE(errors.find(why, first + 1), std::string::npos) << errors;
}

TEST_F(TracerTest, EndsWhenItIsStopped) {
  testing::internal::CaptureStderr();
  eventfd_write(stop_.get(), 1);
  start();
  EXPECT_TRUE(wait_until([&] { return status_ != -1; })) << "it waits for the list to end";
  EXPECT_EQ(finish(), 130);
  const std::string errors = testing::internal::GetCapturedStderr();
  EXPECT_NE(errors.find(": interrupted before the last of the targets\n"), std::string::npos)
      << errors;
}

}  // namespace
}  // namespace traceroute
