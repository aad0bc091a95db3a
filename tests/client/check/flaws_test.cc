// client -c against servers with flaws: each is caught by exactly the checks that name it.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "client/check/checked.hh"
#include "client/check/faulty.hh"
#include "net/joining_thread.hh"

namespace client {
namespace {

NEEDS_DESCRIPTORS(16384);

using scripted::Reading;
using wire::Rule;
using Titles = std::set<std::string_view>;

struct Case {
  Ways ways;
  Titles caught_by;
};

void expect_caught(const std::vector<Case>& cases) {
  at_once<Case>(cases, [](const Case& each) {
    const scripted::Server server(each.ways);
    const std::vector<Result> results = check(server.address());
    for (std::size_t i = 0; i < results.size(); ++i) {
      const bool caught = each.caught_by.contains(every_check()[i].title);
      const auto expected = caught ? Result::Kind::broken : Result::Kind::holds;
      EXPECT_EQ(results[i].kind, expected) << each.ways.name << ": " << every_check()[i].title
                                           << ": " << results[i].sent << ": " << results[i].seen;
    }
    for (const std::string_view title : each.caught_by) {
      EXPECT_EQ(std::ranges::count(every_check(), title, &Check::title), 1) << title;
    }
  });
}

Titles titles_of(std::span<const Faulty> faults, std::optional<Rule> rule = std::nullopt) {
  Titles titles;
  for (const Faulty& fault : faults) {
    if (!rule || fault.rule == *rule) titles.insert(fault.title);
  }
  return titles;
}

TEST(Check, CatchesFlawsOfStageAAndNothingInARightServer) {
  Ways wrong_step{.name = "a2 with step 1", .change = field("a2", step, 1)};
  Ways wrong_psecret{.name = "a2 with another psecret", .change = other("a2", psecret)};
  Ways wrong_payload_len{.name = "a2 with payload_len 28", .change = field("a2", payload_len, 28)};
  Ways own_id{.name = "a2 with the server's id", .change = field("a2", student_id, 1)};
  Ways any_text{.name = "any text for hello world", .unchecked = {{'a', Rule::hello}}};
  Ways any_step{.name = "any step in a1", .unchecked = {{'a', Rule::step}}};
  Ways same{.name = "the same secrets", .same_secrets = true};
  Ways not_0{.name = "student_id 0 is refused"};
  not_0.serves = [](auto id) { return id != 0; };
  expect_caught(
      {{wrong_step, {"a2 has step 2"}},
       {wrong_psecret, {"a2 has psecret 0"}},
       {wrong_payload_len, {"a2 has payload_len 16"}},
       {own_id, {"a2 has the client's student_id"}},
       {any_text, titles_of(faulty_a1(), Rule::hello)},
       {any_step, {"a1 with step 0", "a1 with step 2"}},
       {same, {"secretA is fresh in each session", "the secrets are fresh in each session"}},
       {not_0, {"student_id 0 is served"}}});
}

TEST(Check, CatchesFlawsOfStageB) {
  Ways wrong_step{.name = "ack with step 1", .change = field("ack", step, 1)};
  Ways long_ack{.name = "ack of 18 bytes", .change = resize("ack", 18)};
  Ways wrong_psecret{.name = "b2 with another psecret", .change = other("b2", psecret)};
  Ways acks_all{.name = "acks everything", .acks_all = true};
  Ways early{.name = "b2 before the last packet", .b2_early = true};
  Ways last_id{.name = "b2 for the last packet_id", .b2_for_last_id = true};
  Ways duplicates{.name = "b2 after num packets, whichever", .counts_duplicates = true};
  Ways any_data{.name = "any data in b1", .unchecked = {{'b', Rule::zeros}}};
  Ways goes_on{.name = "goes on after faults", .goes_on_after_faults = true};
  Ways says{.name = "answers faults in words", .words_for_faults = "ERROR: a bad packet"};
  Ways waits{.name = "waits for packets", .waits_in_b = true};
  expect_caught(
      {{wrong_step, {"ack has step 2"}},
       {long_ack, {"ack is 16 bytes"}},
       {wrong_psecret, {"b2 has psecret secretA"}},
       {acks_all, {"a packet is left unacked at first"}},
       {early,
        {"b2 comes after the last packet only", "one packet after the other, in reverse",
         "each packet again after its ack"}},
       {last_id, {"one packet after the other, in reverse"}},
       {duplicates, {"b2 comes after the last packet only", "each packet again after its ack"}},
       {any_data, titles_of(faulty_b1(), Rule::zeros)},
       {goes_on, titles_of(faulty_b1())},
       {says, titles_of(faulty_b1())},
       {waits, {"3.7 s of silence after a2", "3.7 s of silence between packets"}}});
}

TEST(Check, CatchesFlawsOfStageC) {
  Ways unpadded{.name = "c2 of 25 bytes", .change = resize("c2", 25)};
  Ways counts_padding{.name = "c2 with payload_len 16", .change = field("c2", payload_len, 16)};
  Ways wrong_step{.name = "c2 with step 1", .change = field("c2", step, 1)};
  Ways wrong_psecret{.name = "c2 with another psecret", .change = other("c2", psecret)};
  Ways waits_c{.name = "waits for a connection", .waits_in_c = true};
  Ways waits_d{.name = "waits for messages"};
  waits_d.waits_in_d = true;
  waits_d.num2 = 4;  // so that the bodies alone fill a message
  expect_caught(
      {{unpadded, {"c2 is 28 bytes"}},
       {counts_padding, {"c2 has payload_len 13"}},
       {wrong_step, {"c2 has step 2"}},
       {wrong_psecret, {"c2 has psecret secretB"}},
       {waits_c, {"a connection 3.7 s after b2"}},
       {waits_d,
        {"silence after c2", "one d1 too few, then silence", "3.7 s of silence between d1s"}}});
}

TEST(Check, CatchesFlawsOfStageD) {
  Ways wrong_step{.name = "d2 with step 1", .change = field("d2", step, 1)};
  Ways wrong_psecret{.name = "d2 with another psecret", .change = other("d2", psecret)};
  Ways one_recv{.name = "a recv() a message", .reading = Reading::recv_of_size};
  Ways first_only{.name = "checks the first message only", .checks_first_message = true};
  Ways takes_more{.name = "takes more than num2 messages", .takes_more_messages = true};
  Ways keeps_open{.name = "keeps the connection", .keeps_open = true};
  Ways any_psecret{.name = "any psecret in d1", .unchecked = {{'d', Rule::psecret}}};
  expect_caught(
      {{wrong_step, {"d2 has step 2"}},
       {wrong_psecret, {"d2 has psecret secretC"}},
       {one_recv,
        {"the stream in small pieces", "header and payload apart", "pieces across two messages"}},
       {first_only,
        {"d1 with a wrong psecret, the last one", "d1 with step 2, the last one",
         "d1 with a byte that is not c, the last one"}},
       {takes_more, {"one d1 too many"}},
       {keeps_open, {"the connection is closed after d2"}},
       {any_psecret,
        {"d1 with a wrong psecret", "d1 with secretB for psecret",
         "d1 with a wrong psecret, the last one"}}});
}

TEST(Check, CatchesOneSecretForAllStages) {
  Ways ways{.name = "one secret for all stages", .one_secret = true};
  const Result result = check_one(501, scripted::Server(ways).address());
  EXPECT_EQ(result.kind, Result::Kind::broken);
  EXPECT_EQ(result.seen, "secretB the same as secretA in five sessions");
}

// That no right message is taken is all that the other checks can say.
TEST(Check, NamesWhatAServerTakesInPlaceOfARightMessage) {
  Ways no_id{.name = "payload_len without the packet_id"}, secret_b{.name = "secretB in d1"};
  no_id.reads_as = [](char stage, Packet& packet) {
    if (stage == 'b') packet.at(payload_len) += 4;
  };
  secret_b.secrets = {{1001, 1002, 1003, 1004}};
  secret_b.reads_as = [](char stage, Packet& packet) {
    if (stage == 'd') packet.at(psecret) ^= 1002 ^ 1003;
  };
  const Result b1 = check_one(231, scripted::Server(no_id).address());
  EXPECT_EQ(b1.seen, "an ack came");
  EXPECT_EQ(b1.sent, "b1: payload_len 5, 9 expected");
  const Result d1 = check_one(417, scripted::Server(secret_b).address());
  EXPECT_EQ(d1.seen, "d2, then the connection was closed");
  EXPECT_EQ(d1.sent, "d1 1 of 3: psecret 1002, 1003 expected");
}

// Servers that cannot be checked through: it ends all the same, and says so.
TEST(Check, EndsWithHostileServers) {
  Ways closes{.name = "closes every connection", .closes_at_once = true};
  Ways floods{.name = "floods with datagrams", .floods = true};
  Ways floods_stream{.name = "floods the stream", .floods_stream = true};
  Ways never_reads{
      .name = "asks for 10000 messages and reads none", .num2 = 10'000, .never_reads = true};
  Ways large{.name = "asks for more than fits memory", .num2 = 10'000, .len2 = 10'000};
  std::vector<net::JoiningThread> threads;
  for (const Ways& ways : {closes, floods, floods_stream, never_reads, large}) {
    threads.emplace_back([ways] {
      const scripted::Server server(ways);
      const std::vector<Result> results = check(server.address());
      EXPECT_EQ(results.size(), every_check().size()) << ways.name;
      // What is too much is skipped.
      const auto none = std::ranges::count(results, Result::Kind::holds, &Result::kind);
      EXPECT_GT(std::ssize(results) - none, 10) << ways.name;
      for (const Result& result : results) {
        if (result.kind == Result::Kind::not_made) {
          EXPECT_TRUE(result.seen.starts_with("the check could not be made: ")) << result.seen;
        }
      }
    });
  }
}

}  // namespace
}  // namespace client
