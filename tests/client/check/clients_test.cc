// How a server takes its clients.
#include "client/check/clients.hh"

#include <gtest/gtest.h>

#include <atomic>

#include "client/check/target.hh"
#include "support/scripted/server.hh"

namespace client {
namespace {

// It acks packets of len 5 and not those of len 8, which each third session has: no other session's
// a1 is the cause.
TEST(Clients, OtherPaddingIsNoEndOfTheSessionBefore) {
  for (const unsigned first : {0U, 1U, 2U}) {
    std::atomic<unsigned> count = first;
    scripted::Ways ways{.name = "OtherPadding"};
    ways.change = [&count](const std::string& name, scripted::Packet& packet) {
      if (name == "a2" && ++count % 3 == 0) packet[19] = 8;
    };
    const scripted::Server server(ways);
    Target target{.address = server.address(), .student_id = 461};
    try {
      (void)find_how_clients_are_taken(target, true);
    } catch (const std::exception&) {
      // The checks will say what is wrong.
    }
    EXPECT_EQ(target.one_client, "");
  }
}

}  // namespace
}  // namespace client
