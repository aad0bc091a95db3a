// Which a1 opens no session.
#include <gtest/gtest.h>
#include <netinet/in.h>

#include "server/stages/faults.hh"

namespace server {
namespace {

const std::vector<Fault> faults_a{
    {"Empty", [](const Packet&, const Client&) { return Packet(); }},
    {"FiveBytes", [](const Packet& p, const Client&) { return resized(p, 5); }},
    {"HeaderOnly", [](const Packet& p, const Client&) { return resized(p, 12); }},
    {"NoNul", [](const Packet& p, const Client&) { return resized(with(p, 0, 11), 23); }},
    {"PayloadLen11", [](const Packet& p, const Client&) { return with(p, 0, 11); }},
    {"PayloadLen13", [](const Packet& p, const Client&) { return with(p, 0, 13); }},
    {"PayloadLen16", [](const Packet& p, const Client&) { return with(p, 0, 16); }},
    {"PayloadLen31Bits", [](const Packet& p, const Client&) { return with(p, 0, 0x7fffffff); }},
    {"PayloadLen32Bits", [](const Packet& p, const Client&) { return with(p, 0, 0xffffffff); }},
    {"Bytes25", [](const Packet& p, const Client&) { return resized(p, 25); }},
    {"Bytes28", [](const Packet& p, const Client&) { return resized(p, 28); }},
    {"Psecret1", [](const Packet& p, const Client&) { return with(p, 4, 1); }},
    {"Step0", [](const Packet& p, const Client&) { return with_step(p, 0); }},
    {"Step2", [](const Packet& p, const Client&) { return with_step(p, 2); }},
    {"OneLetterWrong", [](const Packet& p, const Client&) { return with(p, 12, 0x68656c6d); }},
    {"UpperCase", [](const Packet& p, const Client&) { return with(p, 12, 0x48454c4c); }},
    {"NotText", [](const Packet& p, const Client&) { return with(p, 12, 0xff00fe01); }},
    {"LittleEndian", [](const Packet& p, const Client&) { return with(p, 0, 0x0c000000); }},
    {"Bytes1400", [](const Packet& p, const Client&) { return resized(p, 1400); }},
};

class StageA : public testing::TestWithParam<Fault> {};

TEST_P(StageA, FaultIsAnsweredBySilence) {
  Server server(long_silence);
  Client client(server);
  client.udp.send(GetParam().make(wire::encode_a1(461), client), server.address());
  // Datagrams are taken in order, so the first answer is to the first that is right.
  client.id = 7;
  client.through_a();
  EXPECT_EQ(client.udp.take(), std::nullopt);
  EXPECT_EQ(server.pool.running(), 1U) << "a faulty a1 opens no session";
}

// To which nothing can be sent: its session could only end in silence.
TEST(StageAFromPort0, OpensNoSession) {
  net::FileDescriptor raw;
  try {
    raw = net::open_socket(net::Family::ipv4, SOCK_RAW, IPPROTO_UDP);
  } catch (const std::system_error& error) {
    GTEST_SKIP() << "raw sockets: " << error.what();
  }
  Server server(long_silence);
  const std::uint16_t port = server.address().port();
  const Packet a1 = wire::encode_a1(461);
  const std::size_t length = 8 + a1.size();
  Packet datagram{0,
                  0,
                  static_cast<std::uint8_t>(port >> 8),
                  static_cast<std::uint8_t>(port & 0xff),
                  0,
                  static_cast<std::uint8_t>(length),
                  0,
                  0};
  datagram.insert(datagram.end(), a1.begin(), a1.end());
  ASSERT_FALSE(net::send_datagram(raw.get(), datagram, server.address().with_port(0)));
  Client client(server);
  client.through_a();
  EXPECT_EQ(server.pool.running(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Server, StageA, testing::ValuesIn(faults_a), name_of<Fault>);

}  // namespace
}  // namespace server
