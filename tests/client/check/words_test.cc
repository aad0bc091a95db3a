// The well-known faults of servers: the words for each in client -v, and in the check of client -c
// that names it. What was seen stands first, then what was expected, then the likely mistake.
#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "client/check/run.hh"
#include "client/stages/stages.hh"
#include "net/joining_thread.hh"
#include "support/right_servers.hh"
#include "support/scripted/needs_descriptors.hh"
#include "support/standard_io.hh"

namespace client {
namespace {

NEEDS_DESCRIPTORS(256);

using scripted::Change;
using scripted::Packet;
using scripted::Ways;

struct Row {
  const char* fault;
  std::size_t check;
  const char* message;  // of the server, in which the fault is
  void (*spoil)(Packet& packet);
  const char* words;
};

void put(Packet& packet, std::size_t at, const Packet& bytes) {
  std::copy(bytes.begin(), bytes.end(), packet.begin() + static_cast<long>(at));
}
void reverse(Packet& packet, std::size_t at, std::size_t size) {
  const auto begin = packet.begin() + static_cast<long>(at);
  std::reverse(begin, begin + static_cast<long>(size));
}

const Row rows[] = {
    {"payload_len in little-endian order", 103, "a2", [](Packet& p) { reverse(p, 0, 4); },
     "payload_len 268435456, 16 expected: 16 in little-endian byte order?"},
    {"step in little-endian order", 105, "a2", [](Packet& p) { reverse(p, 8, 2); },
     "step 512, 2 expected: 2 in little-endian byte order?"},
    {"student_id in little-endian order", 106, "a2", [](Packet& p) { reverse(p, 10, 2); },
     "student_id 52481, 461 expected: 461 in little-endian byte order?"},
    {"step of 4 bytes", 105, "a2",
     [](Packet& p) {
       put(p, 8, {0, 0, 0, 2});
     },
     "step 0, 2 expected: step written as 4 bytes?"},
    {"the header counted", 103, "a2", [](Packet& p) { p[3] = 28; },
     "payload_len 28, 16 expected: the header counted?"},
    {"padding where none is due", 203, "ack", [](Packet& p) { p.resize(20); },
     "20 bytes, 16 expected: 4 padding bytes although the payload ends on the boundary"},
    {"padding behind the last secret", 402, "d2", [](Packet& p) { p.resize(20); },
     "20 bytes, 16 expected: 4 padding bytes although the payload ends on the boundary"},
    {"ids from 1", 202, "ack", [](Packet& p) { ++p[15]; },
     "ack: packet_id 1, 0 expected: counted from 1?"},
    {"ids in little-endian order", 202, "ack", [](Packet& p) { reverse(p, 12, 4); },
     "ack: packet_id 16777216, 1 expected: 1 in little-endian byte order?"},
    {"no header", 202, "ack", [](Packet& p) { p.erase(p.begin(), p.begin() + 12); },
     "4 bytes, 16 (ack) or 20 (b2) expected: no header?"},
    {"the client's step", 206, "ack", [](Packet& p) { p[9] = 1; },
     "step 1, 2 expected: the client's step?"},
    {"the message's own secret", 212, "b2",
     [](Packet& p) { std::copy(p.begin() + 16, p.end(), p.begin() + 4); },
     ", 1001 expected: the message's own secret?"},
    {"the padding missing", 302, "c2", [](Packet& p) { p.resize(25); },
     "25 bytes, 28 expected (payload_len 13, padded to 16): the padding missing?"},
    {"the padding counted", 303, "c2", [](Packet& p) { p[3] = 16; },
     "payload_len 16, 13 expected: the padding counted?"},
    {"c of two bytes", 303, "c2", [](Packet& p) { p[3] = 14; },
     "payload_len 14, 13 expected: c written as two bytes?"},
    {"c of four bytes", 303, "c2",
     [](Packet& p) {
       p[3] = 16;
       put(p, 24, {0, 0, 0, 0x63});
     },
     "payload_len 16, 13 expected: c written as four bytes?"},
    {"num2 in little-endian order", 301, "c2", [](Packet& p) { reverse(p, 12, 4); },
     "3 in little-endian byte order?"},
};

Ways ways_of(const Row& row) {
  return {.name = row.fault,
          .secrets = {{1001, 1002, 1003, 1004}},
          .change = [&row](const std::string& name, Packet& packet) {
            if (name == row.message) row.spoil(packet);
          }};
}

Result check_one(std::size_t number, Target& target) {
  std::vector<Check> only;
  for (const CheckGroup& group : all_checks()) {
    std::ranges::copy_if(group.checks, std::back_inserter(only),
                         [=](const Check& check) { return check.number == number; });
  }
  return *CheckRun(target, only, 1).wait_for(0, [](std::size_t) {});
}

Result check_one(std::size_t number, const net::Address& server) {
  Target target{.address = server, .student_id = 461};
  return check_one(number, target);
}

// All at once, so that their waits overlap.
TEST(Words, OfAServersFaultInItsCheck) {
  std::vector<net::JoiningThread> threads;
  for (const Row& row : rows) {
    threads.emplace_back([&row] {
      const scripted::Server server(ways_of(row));
      const Result result = check_one(row.check, server.address());
      EXPECT_EQ(result.kind, Result::Kind::broken) << row.fault;
      EXPECT_NE(result.seen.find(row.words), std::string::npos) << row.fault << ": " << result.seen;
    });
  }
}

// As where all sessions share a listener, or where the session's own ones are confused.
TEST(Words, OfAnotherSecret) {
  for (const bool own : {false, true}) {
    Packet other;
    const std::string from = own ? "a2" : "c2";
    const scripted::Server server(
        {.name = from, .change = [&](const std::string& name, Packet& packet) {
           const long at = own ? 24 : 4;  // where it stands
           if (name == from && (own || other.empty()))
             other.assign(packet.begin() + at, packet.begin() + at + 4);
           if (name == "c2") put(packet, 4, other);
         }});
    Target target{.address = server.address(), .student_id = 461};
    Trial trial{target, 0, net::Deadline::after(60s)};
    if (!own) CheckSession(trial).reach(Message::c2);
    const auto result = check_one(304, target);
    const std::string words = own ? "expected: secretA?" : "expected: secretB of another session?";
    EXPECT_NE(result.seen.find(words), std::string::npos) << result.seen;
  }
}

// No right packet is acked, or no d2 comes, since what was asked for is not what was meant.
TEST(Words, OfWhatWasMeant) {
  struct Meant {
    std::size_t check;
    const char* message;  // that is spoilt; or how the server reads a b1
    void (*spoil)(Packet& packet);
    const char* words;
  };
  const Meant meant[] = {
      {201, "a2", [](Packet& p) { reverse(p, 24, 4); }, "secretA in little-endian byte order?"},
      {201, "a2",
       [](Packet& p) {
         for (std::size_t i = 12; i < 16; ++i) std::swap(p[i], p[i + 4]);
       },
       "num and len exchanged?"},
      {201, "a2", [](Packet& p) { p[19] += 4; }, "the packet_id counted in len?"},
      {201, "b1", [](Packet& p) { p.at(15) -= 1; }, "packet_id counted from 1?"},
      {201, "b1", [](Packet& p) { reverse(p, 12, 4); }, "packet_id in little-endian byte order?"},
      {401, "c2", [](Packet& p) { reverse(p, 20, 4); }, "secretC in little-endian byte order?"},
      {401, "c2",
       [](Packet& p) {
         for (std::size_t i = 12; i < 16; ++i) std::swap(p[i], p[i + 4]);
       },
       "num2 and len2 exchanged?"},
  };
  std::vector<net::JoiningThread> threads;
  for (const Meant& row : meant) {
    threads.emplace_back([&row] {
      const bool read = std::string(row.message) == "b1";
      Ways ways{.name = row.words,
                .secrets = {{1001, 1002, 1003, 1004}},
                .change = [&row](const std::string& name, Packet& packet) {
                  if (name == row.message) row.spoil(packet);
                }};
      if (read) {
        ways.reads_as = [&row](char stage, Packet& packet) {
          if (stage == 'b') row.spoil(packet);
        };
      }
      const scripted::Server server(ways);
      const Result result = check_one(row.check, server.address());
      EXPECT_EQ(result.kind, Result::Kind::broken) << row.words;
      EXPECT_TRUE(result.seen.ends_with(std::string(": ") + row.words))
          << row.words << ": " << result.seen;
    });
  }
}

// Words are no message, whatever their size.
TEST(Words, OfTheServerItself) {
  struct Said {
    std::size_t check;
    std::string in_place_of, seen;
  };
  for (const Said& row : {Said{301, "c2", "no c2 came after the connection: 25 bytes: "},
                          Said{401, "d2",
                               "no d2 came after the last d1: 28 bytes, then the connection was "
                               "closed: "}}) {
    const std::string words = "in stage b packet_id 1 twice";
    const scripted::Server server(
        {.name = row.in_place_of, .change = [&](const std::string& name, Packet& packet) {
           if (name == row.in_place_of) packet.assign(words.begin(), words.end());
         }});
    const Result result = check_one(row.check, server.address());
    EXPECT_EQ(result.kind, Result::Kind::broken);
    EXPECT_EQ(result.seen, row.seen + '"' + words + '"');
  }
}

TEST(Words, OfAServersFaultUnderVerbose) {
  for (const Row& row : rows) {
    const scripted::Server server(ways_of(row));
    testing::internal::CaptureStderr();
    (void)go_through({.host = "a test server",
                      .addresses = {server.address()},
                      .student_id = 461,
                      .deadline = net::Deadline::after(std::chrono::seconds(2)),
                      .narrator = Narrator(true)});
    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_NE(said.find(row.words), std::string::npos) << row.fault << ": " << said;
  }
}

}  // namespace
}  // namespace client
