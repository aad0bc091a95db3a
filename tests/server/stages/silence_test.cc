// What ends a session, and what keeps it: progress does, slow as it may be.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "cli/log.hh"
#include "server/stages/faults.hh"
#include "support/descriptors.hh"
#include "support/libc_call.hh"

namespace {

std::atomic<std::size_t> unsendable = 0;  // datagrams of this size

}  // namespace

// The test's own body of what the server calls.
extern "C" ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  if (message->msg_iov->iov_len != unsendable) return syscall(SYS_sendmsg, fd, message, flags);
  errno = EPERM;
  return -1;
}

namespace server {
namespace {

TEST(StageServer, EndsASessionThatFallsSilentAtTheStart) {
  Server server(short_silence);
  Client client(server);
  client.through_a();
  EXPECT_TRUE(wait_until([&] { return server.idle(); }));
  client.udp.send(client.b1(0), client.stage_b);
  EXPECT_EQ(client.udp.take(), std::nullopt);
}

TEST(StageServer, EndsASessionThatFallsSilentInTheMiddle) {
  Server server(short_silence);
  Client client(server);
  client.through_a();
  client.udp.send(client.b1(0), client.stage_b);
  client.expect_ack(client.udp, 0);
  EXPECT_TRUE(wait_until([&] { return server.idle(); }));
}

TEST(StageServer, LetsASlowClientKeepItsSession) {
  Server server(1500ms);
  Client client(server);
  client.through_a();
  // Longer than the silence allowed in all, but never at once.
  for (std::uint32_t i = 0; i < 3; ++i) {
    std::this_thread::sleep_for(700ms);
    client.udp.send(client.b1(i), client.stage_b);
    client.expect_ack(client.udp, i);
  }
}

TEST(StageServer, RefusesAConnectionThatComesTooLate) {
  Server server(short_silence);
  Client client(server);
  client.through_b();
  ASSERT_TRUE(wait_until([&] { return server.idle(); }));
  EXPECT_THROW(client.connect(), std::system_error);
}

TEST(StageServer, ClosesOnSilenceAfterC2) {
  Server server(short_silence);
  Client client(server);
  auto connection = client.through_c();
  Packet buffer(1);
  EXPECT_EQ(connection.receive_some(buffer, net::Deadline::after(20s)).ending, net::Ending::end);
}

TEST(StageServer, ClosesOnOneMessageTooFewThenSilence) {
  Server server(short_silence);
  Client client(server);
  auto connection = client.through_c();
  const Packet all = client.all_d1();
  const Packet few = resized(all, all.size() - client.d1().size());
  ASSERT_EQ(connection.send_all(few, net::Deadline::after(20s)).ending, net::Ending::full);
  Packet buffer(16);
  EXPECT_EQ(connection.receive_exactly(buffer, net::Deadline::after(20s)).ending, net::Ending::end);
}

TEST(StageServer, TakesSlowMessages) {
  Server server(1500ms);
  Client client(server);
  auto connection = client.through_c();
  for (std::uint32_t i = 0; i < client.c.num2; ++i) {
    if (i < 3) std::this_thread::sleep_for(700ms);
    ASSERT_EQ(connection.send_all(client.d1(), net::Deadline::after(20s)).ending,
              net::Ending::full);
  }
  client.expect_d2(connection);
}

// A right b1 that comes for ever is no progress, before b2 as after it.
TEST(StageServer, ARightPacketRepeatedForEverDoesNotKeepASession) {
  for (const bool after_b2 : {false, true}) {
    Server server(100ms);
    Client client(server);
    after_b2 ? client.through_b() : client.through_a();
    testing::internal::CaptureStderr();
    EXPECT_TRUE(wait_until([&] {
      client.udp.try_send(client.b1(0), client.stage_b);
      return server.idle();
    }));
    const std::string words = testing::internal::GetCapturedStderr();
    EXPECT_NE(words.find("nothing new for 1.0 s, only packets that were acked before"),
              std::string::npos)
        << words;
  }
}

TEST(StageServer, AStrangersFloodDoesNotKeepASession) {
  Server server(100ms);
  Client client(server);
  client.through_a();
  Datagrams stranger("127.0.0.2");
  EXPECT_TRUE(wait_until([&] {
    for (int i = 0; i < 1000; ++i) stranger.try_send({'x'}, client.stage_b);
    return server.idle();
  }));
}

TEST(StageServer, AStrangerDoesNotKeepASessionAlive) {
  Server server(short_silence);
  Client client(server);
  client.through_a();
  Datagrams stranger("127.0.0.2");
  EXPECT_TRUE(wait_until([&] {
    net::FileDescriptor ignored;
    stranger.send(with(client.b1(0), 4, 1), client.stage_b);
    return server.idle();
  }));
}

// A client that uses another socket for stage b, and a wrong psecret, looks like a stranger.
TEST(StageServer, TellsWhatCameFromTheClientsHostWithoutTheSecret) {
  testing::internal::CaptureStderr();
  Server server(1s);
  Client client(server);
  client.through_a();
  Datagrams elsewhere("127.0.0.2"), own, again;
  elsewhere.send({'x'}, client.stage_b);
  own.send(with(client.b1(0), 4, 0), client.stage_b);
  again.send({'y'}, client.stage_b);
  EXPECT_TRUE(wait_until([&] { return server.idle(); }));
  const std::string words = testing::internal::GetCapturedStderr();
  EXPECT_NE(words.find("packet 0 never came"), std::string::npos) << words;
  const auto passed_over = words.find("; passed over, since it came from 127.0.0.1:");
  ASSERT_NE(passed_over, std::string::npos) << words;
  EXPECT_TRUE(words.ends_with(" without secretA: psecret 0, " + std::to_string(client.a.secret_a) +
                              " expected: 0 is for stage a only?\n"))
      << words;
}

// As a local firewall may forbid it: then the silence is no fault of the client.
TEST(StageServer, TellsThatItCouldNotAnswer) {
  for (const std::size_t size : {wire::wire_size(wire::a2_len), wire::wire_size(wire::ack_len)}) {
    testing::internal::CaptureStderr();
    const Pipe pipe;
    cli::LogWriter records(pipe.write_end.get(), cli::LogWriter::Lines::json);
    Server server({loopback(net::Family::ipv4)}, {short_silence, 0, false, {}, 0, &records});
    Client client(server);
    unsendable = size;
    if (size == wire::wire_size(wire::ack_len)) {
      client.through_a();
      client.udp.send(client.b1(0), client.stage_b);
    } else {
      client.udp.send(wire::encode_a1(client.id), client.main_port);
    }
    ASSERT_TRUE(net::wait_readable({pipe.read_end.get()}, net::Deadline::after(20s)));
    const std::string record = pipe.read_some();
    EXPECT_NE(record.find("\"rule\":null"), record.npos) << record;
    EXPECT_TRUE(wait_until([&] { return server.idle(); }));
    unsendable = 0;
    const std::string words = testing::internal::GetCapturedStderr();
    EXPECT_TRUE(
        words.ends_with("; the last packet to it could not be sent: Operation not permitted\n"))
        << words;
  }
}

// It had all that it needed by then.
TEST(StageServer, WhoHasConnectedIsNotExcusedByWhatCouldNotBeSent) {
  constexpr std::size_t size = wire::wire_size(wire::b2_len);
  testing::internal::CaptureStderr();
  Server server(1s);
  std::optional<Client> client;
  do {
    client.emplace(server);
    client->through_b();
  } while (client->b1(0).size() == size);  // which could not be sent either
  unsendable = size;
  client->udp.send(client->b1(0), client->stage_b);
  client->expect_ack(client->udp, 0);
  auto connection = client->connect();
  client->expect_c2(connection);
  unsendable = 0;
  EXPECT_TRUE(wait_until([&] { return server.idle(); }));
  const std::string words = testing::internal::GetCapturedStderr();
  EXPECT_NE(words.find("ended in stage d"), std::string::npos) << words;
  EXPECT_EQ(words.find("could not be sent"), std::string::npos) << words;
}

TEST(StageServer, TellsOfAConnectionFromAnotherHost) {
  testing::internal::CaptureStderr();
  Server server(1s);
  Client client(server);
  client.through_b();
  net::FileDescriptor stranger = net::open_socket(net::Family::ipv4, SOCK_STREAM);
  const net::Address from = *net::Address::parse("127.0.0.2");
  ASSERT_EQ(net::bind_to(stranger.get(), from), 0);
  ASSERT_EQ(net::connect_to(stranger.get(), client.stage_c), 0);
  const std::string stranger_text = net::local_address(stranger.get()).text();
  EXPECT_TRUE(wait_until([&] { return server.idle(); }));
  const std::string words = testing::internal::GetCapturedStderr();
  EXPECT_NE(words.find("no connection for 1.0 s from the client's host; passed over: " +
                       stranger_text + '\n'),
            std::string::npos)
      << words;
}

TEST(StageServer, TellsOfADatagramInPlaceOfAConnection) {
  testing::internal::CaptureStderr();
  Server server(1s);
  Client client(server);
  client.through_b();
  client.udp.send(with(client.b1(0), 4, client.b.secret_b), client.stage_b);
  EXPECT_TRUE(wait_until([&] { return server.idle(); }));
  const std::string words = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(words.ends_with("no connection for 1.0 s; a datagram came in place of it\n"))
      << words;
}

TEST(StageServer, WantOfDescriptorsForAConnectionIsTheServersOwn) {
  if (ADDRESS_SANITIZER) GTEST_SKIP() << "the sanitizers need descriptors of their own";
  testing::internal::CaptureStderr();
  Server server(400ms);
  Client client(server);
  const auto socket = net::open_socket(net::Family::ipv4, SOCK_STREAM);
  client.through_b();
  const LowerLimit no_more(RLIMIT_NOFILE, STDERR_FILENO + 1);
  EXPECT_EQ(net::connect_to(socket.get(), client.stage_c), 0);
  EXPECT_TRUE(wait_until([&] { return server.idle(); }));
  no_more.lift();
  const std::string words = testing::internal::GetCapturedStderr();
  EXPECT_NE(words.find("failed in stage c after "), std::string::npos) << words;
  EXPECT_TRUE(
      words.ends_with(": accept a connection: " + std::generic_category().message(EMFILE) + "\n"))
      << words;
}

TEST(StageServer, ADripOfBytesDoesNotKeepASession) {
  Server server(100ms);
  Client client(server);
  auto connection = client.through_c();
  // A header at least, a byte every 100 ms: longer than a message may take.
  const Packet message = client.d1();
  bool taken = true;
  for (std::size_t i = 0; taken && i + 1 < message.size(); ++i) {
    Packet buffer(1);
    const auto got = connection.receive_some(buffer, net::Deadline::after(90ms));
    taken =
        got.ending == net::Ending::silent &&
        connection.send_all(wire::Bytes(message).subspan(i, 1), net::Deadline::after(20s)).ending ==
            net::Ending::full;
  }
  EXPECT_FALSE(taken) << "the session goes on";
}

}  // namespace
}  // namespace server
