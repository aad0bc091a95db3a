// The datagram echo client, and a server whose name has an address of each family.
#include <gtest/gtest.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <exception>
#include <string>
#include <vector>

#include "client/services.hh"
#include "net/datagram.hh"
#include "net/joining_thread.hh"
#include "net/listener.hh"
#include "net/wait.hh"
#include "support/libc_call.hh"
#include "support/needs_ipv6.hh"
#include "support/standard_io.hh"

// glibc declares its calls so; other libraries have no such word.
#ifndef __THROW
#define __THROW
#endif

namespace {

// What "both.test" leads to: ::1 and 127.0.0.1, in this order.
bool ipv6_first = true;
sockaddr_in6 ipv6{};
sockaddr_in ipv4{};
std::array<addrinfo, 2> both{};

}  // namespace

// The test's own resolver, for this name; the other names are the system's.
extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  static const auto real = find_libc_call<decltype(getaddrinfo)>("getaddrinfo");
  if (std::string(host) != "both.test") return real(host, service, hints, found);
  if ((hints->ai_flags & AI_NUMERICHOST) != 0) return EAI_NONAME;
  const std::uint16_t port = htons(static_cast<std::uint16_t>(std::stoi(service)));
  ipv6.sin6_family = AF_INET6;
  ipv6.sin6_port = port;
  ipv6.sin6_addr = in6addr_loopback;
  ipv4.sin_family = AF_INET;
  ipv4.sin_port = port;
  ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  addrinfo& six = both.at(ipv6_first ? 0 : 1);
  addrinfo& four = both.at(ipv6_first ? 1 : 0);
  six.ai_addr = reinterpret_cast<sockaddr*>(&ipv6);
  six.ai_addrlen = sizeof ipv6;
  four.ai_addr = reinterpret_cast<sockaddr*>(&ipv4);
  four.ai_addrlen = sizeof ipv4;
  both[0].ai_next = &both[1];
  both[1].ai_next = nullptr;
  *found = both.data();
  return 0;
}
extern "C" void freeaddrinfo(addrinfo* list) __THROW {
  static const auto real = find_libc_call<void(addrinfo*)>("freeaddrinfo");
  if (list != both.data()) real(list);
}

namespace client {
namespace {

using namespace std::chrono_literals;

// On ::1 and 127.0.0.1, in this order, with one port that is free on both.
std::vector<net::Listener> listen_on_both() {
  return net::listen_on({*net::Address::parse("::1"), *net::Address::parse("127.0.0.1")},
                        {SOCK_DGRAM});
}

// Sends back this many datagrams, from another socket if there is one.
void echo(int socket, int count, int other = -1) {
  std::array<std::uint8_t, 100> buffer;
  while (count > 0) {
    (void)net::wait_readable({socket}, net::Deadline::after(30s));
    const auto datagram = net::receive_datagram(socket, buffer);
    if (!datagram || datagram->error) continue;
    (void)net::send_datagram(other < 0 ? socket : other, std::span(buffer).first(datagram->size),
                             datagram->from);
    --count;
  }
}

struct Result {
  std::string output, words;
};

Result ask(std::uint16_t port, const std::string& host = "both.test") {
  Options options;
  options.host = host;
  options.port = port;
  options.time = 1s;
  StandardIo io("one\ntwo\n");
  Result result;
  try {
    echo_datagrams(options);
  } catch (const std::exception& failure) {
    result.words = failure.what();
  }
  result.output = io.output();
  return result;
}

// Nobody listens on the first one, or somebody who does not answer.
TEST(EchoAddresses, EachIsTriedUntilOneAnswers) {
  NEEDS_IPV6();
  for (const bool first : {true, false}) {
    ipv6_first = first;
    std::vector<net::Listener> listeners = listen_on_both();
    const net::Listener& server = listeners[first ? 1 : 0];
    for (const bool silent : {true, false}) {
      if (!silent) listeners[first ? 0 : 1].socket.reset();
      net::JoiningThread echoing([&] { echo(server.socket.get(), 2); });
      const Result result = ask(server.address.port());
      EXPECT_EQ(result.words, "");
      EXPECT_EQ(result.output, "one\ntwo\n");
    }
  }
}

TEST(EchoAddresses, OneThatAnswersIsTheServer) {
  NEEDS_IPV6();
  ipv6_first = true;
  const std::vector<net::Listener> listeners = listen_on_both();
  const net::Listener &first = listeners[0], &second = listeners[1];
  net::JoiningThread echoing([&] { echo(first.socket.get(), 1); });
  const Result result = ask(first.address.port());
  EXPECT_EQ(result.output, "one\n");
  EXPECT_EQ(result.words,
            "1 of 2 datagrams to " + first.address.text() + " did not come back: line 2");
  std::array<std::uint8_t, 100> buffer;
  EXPECT_FALSE(net::receive_datagram(second.socket.get(), buffer));
}

// It may be the server's, or anybody's.
TEST(EchoAddresses, AnAnswerFromElsewhereIsToldAndNotBelieved) {
  const net::Address host = *net::Address::parse("127.0.0.1");
  const auto asked = net::listen_on({host}, {SOCK_DGRAM});
  const auto other = net::listen_on({host}, {SOCK_DGRAM});
  const int from = other[0].socket.get();
  net::JoiningThread echoing([&] { echo(asked[0].socket.get(), 2, from); });
  const Result result = ask(asked[0].address.port(), host.host());
  EXPECT_EQ(result.output, "");
  EXPECT_EQ(result.words, "2 of 2 datagrams to " + asked[0].address.text() +
                              " did not come back (the same came from " + other[0].address.text() +
                              "): line 1 2");
}

}  // namespace
}  // namespace client
