// The prober against this host itself, and against whoever forges answers: on loopback, with raw
// sockets.
#include "traceroute/probe/prober.hh"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <set>
#include <system_error>
#include <vector>

#include "net/datagram_notes.hh"
#include "net/sockaddr.hh"
#include "net/socket.hh"
#include "net/wait.hh"
#include "traceroute/notes.hh"
#include "traceroute/own_loopback.hh"
#include "wire/bytes.hh"
#include "wire/icmp.hh"

namespace traceroute {
namespace {

using namespace std::chrono_literals;

class ProberTest : public testing::Test {
 protected:
  void SetUp() override {
    try {
      socket_.emplace(net::Family::ipv4, ProbeWay::raw, ProbeSocketOptions{});
      stranger_ = net::open_socket(net::Family::ipv4, SOCK_RAW, IPPROTO_ICMP);
    } catch (const std::system_error& error) {
      GTEST_SKIP() << "raw sockets: " << error.what();
    }
    prober_.emplace(*socket_, std::uint16_t{1});
  }

  // Sends a probe of a measurement, and takes answers until its own is there.
  void exchange(Notes& notes) {
    const std::size_t probe = notes.add();
    ASSERT_FALSE(prober_->send(notes, std::array{probe}));
    const auto is_there = [&] { return !notes.told.empty() && notes.told.back().first == probe; };
    const auto deadline = net::Deadline::after(20s);
    while (!is_there() && net::wait_readable({socket_->fd()}, deadline)) prober_->receive();
    ASSERT_TRUE(is_there());
  }

  // The echo request that passed loopback last: what the stranger needs to know.
  wire::Bytes overheard() {
    std::array<std::uint8_t, 2048> packet;
    while (true) {
      const ssize_t size = recv(stranger_.get(), packet.data(), packet.size(), MSG_DONTWAIT);
      if (size < 0) break;
      const auto bytes = wire::Bytes(packet).first(static_cast<std::size_t>(size));
      const auto ip = wire::parse_ipv4(bytes);
      if (!ip || ip->payload.empty() || ip->payload[0] != wire::icmp_v4.echo_request) continue;
      if (!goes_to(bytes, own_loopback())) continue;
      request_.assign(ip->payload.begin(), ip->payload.end());
      request_ttl_ = ip->ttl;
    }
    return request_;
  }

  // Without a checksum: what a translator forgot to write again is an answer all the same.
  void forge(const std::vector<std::uint8_t>& icmp) {
    const net::SocketAddress to(own_loopback());
    ASSERT_EQ(sendto(stranger_.get(), icmp.data(), icmp.size(), 0, to.get(), to.size()),
              static_cast<ssize_t>(icmp.size()));
  }
  // An echo reply to a request, changed at a place.
  static std::vector<std::uint8_t> reply_to(wire::Bytes request, std::size_t changed,
                                            std::uint8_t by) {
    std::vector<std::uint8_t> reply(request.begin(), request.end());
    reply[0] = wire::icmp_v4.echo_reply;
    reply[changed] = static_cast<std::uint8_t>(reply[changed] + by);
    return reply;
  }
  // An ICMP error that quotes a request.
  static std::vector<std::uint8_t> error_about(wire::Bytes request, std::uint8_t type,
                                               std::uint8_t code) {
    wire::Writer out;
    out.u8(type).u8(code).u16(0).u32(0);
    out.u8(0x45).u8(0).u16(60).u32(0).u8(1).u8(1).u16(0).u32(0x7f000001);
    out.bytes(own_loopback().bytes());
    return out.bytes(request).done();
  }

  std::optional<ProbeSocket> socket_;
  net::FileDescriptor stranger_;
  std::optional<Prober> prober_;
  std::vector<std::uint8_t> request_;
  int request_ttl_ = 0;
};

constexpr std::size_t id_at = 4, sequence_at = 6, nonce_at = 10;

TEST(Prober, ALackThatPassesIsNoReasonToGiveUp) {
  const auto lacks_room = [](int error) {
    return Prober::Sending{0, {error, std::generic_category()}}.lacks_room();
  };
  for (const int error : {EAGAIN, ENOBUFS, ENOMEM}) EXPECT_TRUE(lacks_room(error)) << error;
  for (const int error : {0, EPERM, EMSGSIZE, ENETUNREACH})
    EXPECT_FALSE(lacks_room(error)) << error;
}

TEST_F(ProberTest, TellsEachProbeItsOwnAnswer) {
  Notes one, other;
  for (int i = 0; i < 3; ++i) {
    exchange(one);
    exchange(other);
  }
  ASSERT_EQ(one.told.size(), 3U);
  ASSERT_EQ(other.told.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(one.told[i].first, i);
    EXPECT_EQ(one.told[i].second.verdict, Verdict::destination);
    EXPECT_TRUE(one.told[i].second.from.same_host(own_loopback()));
    EXPECT_EQ(one.told[i].second.size, 60U);
    EXPECT_EQ(other.told[i].first, i);
  }
}

// Nobody waits for an answer to what did not go out.
TEST_F(ProberTest, KnowsWhetherAnythingWentOut) {
  Notes notes;
  EXPECT_TRUE(prober_->send(notes, std::array{notes.add(0, 66000)}));
  EXPECT_FALSE(prober_->has_sent());
  exchange(notes);
  EXPECT_TRUE(prober_->has_sent());
}

// Without privilege an answer is as large as with it, and no error unless it is one.
TEST(Prober, ByUdpAnAnswerIsTheDestinationsAndAnErrorHasItsWholeSize) {
  if (net::errors_only == 0) GTEST_SKIP() << "this body reads no error queue";
  constexpr std::uint16_t port = 33434;
  for (const auto family : {net::Family::ipv4, net::Family::ipv6}) {
    const std::size_t ip_header = icmp_of(family).ip_header_size;
    const bool ipv6 = family == net::Family::ipv6;
    Notes notes(ipv6 ? net::resolve("::1", 0, family, {}).front() : own_loopback());
    const net::FileDescriptor listener = net::open_socket(family, SOCK_DGRAM);
    if (net::bind_to(listener.get(), notes.plan().destination.with_port(port)) != 0) continue;
    ProbeSocket socket(family, ProbeWay::udp, {});
    Prober prober(socket, 1);
    const std::size_t size = ip_header + 40;
    const std::array probes{notes.add(0, size), notes.add(0, size)};
    ASSERT_FALSE(prober.send(notes, probes));  // to the port, and to the next one
    net::SocketAddress from;
    socklen_t length = net::SocketAddress::capacity;
    std::array<char, 64> data;
    ASSERT_EQ(recvfrom(listener.get(), data.data(), data.size(), 0, from.get(), &length), 32);
    ASSERT_EQ(sendto(listener.get(), data.data(), 10, 0, from.get(), length), 10);
    const auto deadline = net::Deadline::after(20s);
    while (notes.told.size() < 2 && net::wait_readable({socket.fd()}, deadline)) prober.receive();
    ASSERT_EQ(notes.told.size(), 2U);
    for (const auto& [probe, reply] : notes.told) {
      EXPECT_EQ(reply.verdict, Verdict::destination);
      EXPECT_EQ(reply.type, probe == 0 ? icmp_of(family).echo_reply : icmp_of(family).unreachable);
      EXPECT_EQ(reply.size, probe == 0 ? ip_header + 8 + 10 : ip_header + 8 + size) << probe;
    }
  }
}

TEST_F(ProberTest, SendsEachWithItsTtlSizeAndChecksum) {
  Notes notes;
  exchange(notes);
  const wire::Bytes request = overheard();
  EXPECT_EQ(request_ttl_, 5);
  ASSERT_EQ(request.size(), 40U);
  EXPECT_EQ(request[2] << 8 | request[3], 0x50c8);
}

// Of 100 programs at once two have the same id in 7 % of cases; an error quotes nothing else.
TEST_F(ProberTest, TwoThatShareAnIdHaveOtherSequenceNumbers) {
  std::set<int> numbers;
  for (int i = 0; i < 3; ++i) {
    prober_.emplace(*socket_, std::nullopt);
    Notes notes;
    exchange(notes);
    const wire::Bytes request = overheard();
    numbers.insert(request[sequence_at] << 8 | request[sequence_at + 1]);
  }
  EXPECT_GT(numbers.size(), 1U);
}

TEST_F(ProberTest, AnEchoOfAStrangerIsNobodys) {
  Notes notes;
  exchange(notes);
  const wire::Bytes request = overheard();
  for (const std::size_t changed : {id_at, id_at + 1, sequence_at, sequence_at + 1, nonce_at,
                                    nonce_at + 1, nonce_at + 2, nonce_at + 3}) {
    forge(reply_to(request, changed, 100));
  }
  exchange(notes);  // what came before has been looked at then
  EXPECT_EQ(notes.told.size(), 2U);
  forge(reply_to(request, 0, 0));
  exchange(notes);
  EXPECT_EQ(notes.told.size(), 4U) << "the right one a second time";
}

TEST_F(ProberTest, AnErrorIsOfTheProbeThatItQuotes) {
  Notes notes;
  exchange(notes);
  const std::vector<std::uint8_t> request(overheard().begin(), overheard().end());
  const wire::IcmpFamily& v4 = wire::icmp_v4;
  forge(error_about(request, v4.time_exceeded, 0));
  forge(error_about(request, v4.time_exceeded, 1));  // of reassembly: no router on the way
  forge(error_about(request, v4.unreachable, v4.port_unreachable));  // by a firewall on the way
  ASSERT_EQ(net::bind_to(stranger_.get(), own_loopback()), 0);
  forge(error_about(request, v4.unreachable, v4.port_unreachable));  // by the destination
  forge(error_about(request, v4.unreachable, 1));
  std::vector<std::uint8_t> foreign = request;
  foreign[id_at] = static_cast<std::uint8_t>(foreign[id_at] + 1);
  forge(error_about(foreign, v4.time_exceeded, 0));
  exchange(notes);
  ASSERT_EQ(notes.told.size(), 7U);
  const std::array expected{Verdict::router, Verdict::refusal, Verdict::refusal,
                            Verdict::destination, Verdict::refusal};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(notes.told[1 + i].first, 0U);
    EXPECT_EQ(notes.told[1 + i].second.verdict, expected[i]) << i;
  }
}

// What a network address translator changed shows in the quote.
TEST_F(ProberTest, TellsWhatThePathChanged) {
  Notes notes;
  exchange(notes);
  std::vector<std::uint8_t> request(overheard().begin(), overheard().end());
  forge(error_about(request, wire::icmp_v4.time_exceeded, 0));
  request[2] = static_cast<std::uint8_t>(request[2] + 1);
  forge(error_about(request, wire::icmp_v4.time_exceeded, 0));
  exchange(notes);
  ASSERT_EQ(notes.told.size(), 4U);
  EXPECT_FALSE(notes.told[1].second.rewritten.checksum);
  EXPECT_FALSE(notes.told[1].second.rewritten.destination);
  EXPECT_EQ(notes.told[2].second.rewritten.checksum, 0x51c8);
}

// Else its first packet's answer, come again, would be taken for that of the smaller one.
TEST_F(ProberTest, AProbeThatIsSentAgainInAnotherSizeIsToldOfThatPacketOnly) {
  Notes notes;
  const std::size_t probe = notes.add();
  ASSERT_FALSE(prober_->send(notes, std::array{probe}));
  notes.make_smaller(probe, 40);
  ASSERT_FALSE(prober_->send(notes, std::array{probe}));
  exchange(notes);  // what comes after both
  ASSERT_EQ(notes.told.size(), 2U);
  EXPECT_EQ(notes.told[0].first, probe);
  EXPECT_EQ(notes.told[0].second.size, 40U);
}

TEST_F(ProberTest, AForgottenMeasurementIsToldNothing) {
  Notes kept;
  wire::Bytes request;
  {
    auto gone = std::make_unique<Notes>();
    exchange(*gone);
    request = overheard();
    exchange(kept);
    prober_->forget(*gone);
    gone.reset();
  }
  forge(reply_to(request, 0, 0));
  forge(error_about(request, wire::icmp_v4.time_exceeded, 0));
  exchange(kept);
  EXPECT_EQ(kept.told.size(), 2U);
  EXPECT_EQ(prober_->answered(), std::vector<Measurement*>{&kept});
}

}  // namespace
}  // namespace traceroute
