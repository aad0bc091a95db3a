// client -c against servers with flaws: each is caught by exactly the checks that name it.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <regex>
#include <set>

#include "client/check/faulty.hh"
#include "client/check/report.hh"
#include "client/services.hh"
#include "net/datagram.hh"
#include "net/joining_thread.hh"
#include "net/listener.hh"
#include "net/wait.hh"
#include "support/json_value.hh"
#include "support/right_servers.hh"

namespace client {
namespace {

using scripted::Packet;
using scripted::Reading;
using scripted::Ways;
using wire::Rule;
using Titles = std::set<std::string_view>;

const std::vector<Check>& every_check() {
  static const std::vector<Check> checks = [] {
    std::vector<Check> all;
    for (const CheckGroup& group : all_checks()) {
      all.insert(all.end(), group.checks.begin(), group.checks.end());
    }
    return all;
  }();
  return checks;
}

std::vector<Result> check(const net::Address& server) {
  Target target;
  target.address = server;
  target.student_id = 461;
  CheckRun run(target, every_check(), 64);
  std::vector<Result> results;
  for (std::size_t i = 0; i < every_check().size(); ++i) {
    const auto result = run.wait_for(i, [](std::size_t) {});
    if (!result) break;  // the server is dead
    results.push_back(*result);
  }
  return results;
}

Result check_one(std::size_t number, const net::Address& server) {
  Target target;
  target.address = server;
  target.student_id = 461;
  const std::vector<Check> only{*std::ranges::find(every_check(), number, &Check::number)};
  return *CheckRun(target, only, 1).wait_for(0, [](std::size_t) {});
}

struct Case {
  Ways ways;
  Titles caught_by;
};

// All at once, so that their waits overlap.
void expect_caught(const std::vector<Case>& cases) {
  std::vector<net::JoiningThread> threads;
  for (const Case& each : cases) {
    threads.emplace_back([&each] {
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
}

// One field of one message is something else.
std::function<void(const std::string&, Packet&)> field(std::string message, std::size_t at,
                                                       std::uint8_t value) {
  return [=](const std::string& name, Packet& packet) {
    if (name == message) packet[at] = value;
  };
}
std::function<void(const std::string&, Packet&)> resize(std::string message, std::size_t size) {
  return [=](const std::string& name, Packet& packet) {
    if (name == message) packet.resize(size);
  };
}
constexpr std::size_t payload_len = 3, psecret = 7, step = 9, student_id = 11;  // their last bytes

Titles titles_of(std::span<const Faulty> faults, std::optional<Rule> rule = std::nullopt) {
  Titles titles;
  for (const Faulty& fault : faults) {
    if (!rule || fault.rule == *rule) titles.insert(fault.title);
  }
  return titles;
}

// What does not count may fail; nothing else does.
void accuses_not(const Ways& ways) {
  const scripted::Server server(ways);
  const std::vector<Result> results = check(server.address());
  ASSERT_EQ(results.size(), every_check().size()) << ways.name;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const bool counts = excuse_of(every_check()[i], results[i]).empty();
    EXPECT_TRUE(results[i].ok() || !counts) << ways.name << ": " << every_check()[i].title << ": "
                                            << results[i].sent << ": " << results[i].seen;
  }
}

// All at once, so that their waits overlap; few where each of their many threads is slow.
#ifdef __SANITIZE_THREAD__
constexpr std::size_t servers_at_once = 4;
#else
constexpr std::size_t servers_at_once = 100;
#endif

void accuses_none(const std::vector<Ways>& servers) {
  const unsigned runs = scripted::rounds();
  std::atomic<std::size_t> next = 0;
  std::vector<net::JoiningThread> threads;
  while (threads.size() < std::min(servers_at_once, servers.size())) {
    threads.emplace_back([&] {
      for (std::size_t i = next++; i < servers.size(); i = next++) {
        for (unsigned run = 0; run < runs; ++run) accuses_not(servers[i]);
      }
    });
  }
}

// SOCKHOP_RUNS for more than one look.
TEST(Check, AccusesNoRightServer) {
  std::vector<Ways> servers = scripted::right_servers();
  // How long an a1 takes is measured, for which the machine must not be busy with the others.
  const auto timed =
      std::ranges::partition(servers, [](const Ways& ways) { return ways.a1_delay == 0ms; });
  const std::vector<Ways> alone(timed.begin(), timed.end());
  servers.erase(timed.begin(), timed.end());
  EXPECT_FALSE(alone.empty());
  accuses_none(servers);
  accuses_none(alone);
}

TEST(Check, CatchesFlawsOfStageAAndNothingInARightServer) {
  Ways wrong_step{.name = "a2 with step 1", .change = field("a2", step, 1)};
  Ways wrong_psecret{.name = "a2 with psecret 255", .change = field("a2", psecret, 255)};
  Ways wrong_payload_len{.name = "a2 with payload_len 28", .change = field("a2", payload_len, 28)};
  Ways own_id{.name = "a2 with the server's id", .change = field("a2", student_id, 1)};
  Ways any_text{.name = "any text for hello world"};
  any_text.unchecked = {{'a', Rule::hello}};
  Ways any_step{.name = "any step in a1"};
  any_step.unchecked = {{'a', Rule::step}};
  Ways same{.name = "the same secrets"};
  same.same_secrets = true;
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
  Ways wrong_psecret{.name = "b2 with psecret 255", .change = field("b2", psecret, 255)};
  Ways acks_all{.name = "acks everything"};
  acks_all.acks_all = true;
  Ways early{.name = "b2 before the last packet"};
  early.b2_early = true;
  Ways any_data{.name = "any data in b1"};
  any_data.unchecked = {{'b', Rule::zeros}};
  Ways goes_on{.name = "goes on after faults"};
  goes_on.goes_on_after_faults = true;
  Ways waits{.name = "waits for packets"};
  waits.waits_in_b = true;
  expect_caught({{wrong_step, {"ack has step 2"}},
                 {long_ack, {"ack is 16 bytes"}},
                 {wrong_psecret, {"b2 has psecret secretA"}},
                 {acks_all, {"a packet is left unacked at first"}},
                 {early, {"b2 comes after the last packet only"}},
                 {any_data, titles_of(faulty_b1(), Rule::zeros)},
                 {goes_on, titles_of(faulty_b1())},
                 {waits, {"3.7 s of silence after a2", "3.7 s of silence between packets"}}});
}

TEST(Check, CatchesFlawsOfStageC) {
  Ways unpadded{.name = "c2 of 25 bytes", .change = resize("c2", 25)};
  Ways counts_padding{.name = "c2 with payload_len 16", .change = field("c2", payload_len, 16)};
  Ways wrong_step{.name = "c2 with step 1", .change = field("c2", step, 1)};
  Ways wrong_psecret{.name = "c2 with psecret 255", .change = field("c2", psecret, 255)};
  Ways waits_c{.name = "waits for a connection"};
  waits_c.waits_in_c = true;
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
  Ways wrong_psecret{.name = "d2 with psecret 255", .change = field("d2", psecret, 255)};
  Ways one_recv{.name = "a recv() a message"};
  one_recv.reading = Reading::recv_of_size;
  Ways first_only{.name = "checks the first message only"};
  first_only.checks_first_message = true;
  Ways takes_more{.name = "takes more than num2 messages"};
  takes_more.takes_more_messages = true;
  Ways keeps_open{.name = "keeps the connection"};
  keeps_open.keeps_open = true;
  Ways any_psecret{.name = "any psecret in d1"};
  any_psecret.unchecked = {{'d', Rule::psecret}};
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

// Servers that cannot be checked through: it ends all the same, and says so.
TEST(Check, EndsWithHostileServers) {
  Ways closes{.name = "closes every connection"};
  closes.closes_at_once = true;
  Ways floods{.name = "floods with datagrams"};
  floods.floods = true;
  Ways floods_stream{.name = "floods the stream"};
  floods_stream.floods_stream = true;
  Ways never_reads{.name = "asks for 10000 messages and reads none"};
  never_reads.num2 = 10'000;
  never_reads.never_reads = true;
  Ways large{.name = "asks for more than fits memory"};
  large.num2 = large.len2 = 10'000;
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

// The whole report on a server, as client -c prints it.
std::string report_on(const net::Address& server, int expected_status, bool json = false,
                      std::size_t jobs = 64, std::optional<std::size_t> only = {}) {
  testing::internal::CaptureStdout();
  Options options;
  options.host = server.host();
  options.port = server.port();
  options.json = json;
  options.jobs = jobs;
  options.only = only;
  const int status = check_server(options);
  EXPECT_EQ(status, expected_status);
  return testing::internal::GetCapturedStdout();
}

TEST(Check, BailsOutAtOnceWhereNobodyAnswers) {
  const auto mute =
      net::listen_on({net::resolve("127.0.0.1", 0, net::Family::ipv4, {}).front()}, {SOCK_DGRAM});
  const std::string name = mute.front().address.text();
  EXPECT_EQ(report_on(mute.front().address, 1),
            "TAP version 14\n1..5\nBail out! " + name +
                ": no a2 came to a right a1 within 4 s: nothing came\n");
}

// A server that dies of one wrong a1: which one is named, with its bytes, and nobody else is.
TEST(Check, NamesTheDatagramThatWasTheServersEnd) {
  struct Death {
    const char* name;
    std::function<bool(wire::Bytes)> of;
    const char* words;
  };
  const Death deaths[] = {
      {"shorter than a header", [](wire::Bytes a1) { return a1.size() == 5; },
       "check 116 sent a1: 5 bytes, 24 expected (payload_len 12, padded to 12); its bytes: 00 00 "
       "00 0c 00"},
      {"empty", [](wire::Bytes a1) { return a1.empty(); },
       "check 115 sent a1: 0 bytes, 24 expected (payload_len 12, padded to 12); its bytes: none"},
      {"a letter that is no text", [](wire::Bytes a1) { return a1.size() == 24 && a1[12] == 0xff; },
       "check 134 sent a1: "},
  };
  for (const Death& death : deaths) {
    Ways ways{.name = death.name};
    ways.dies_of = death.of;
    const scripted::Server server(ways);
    const std::string report = report_on(server.address(), 1);
    const auto last = report.find("Bail out! the server at ");
    ASSERT_NE(last, report.npos) << report;
    EXPECT_NE(report.find(std::string(" answers no right a1 any more, since ") + death.words, last),
              report.npos)
        << report.substr(last);
    EXPECT_EQ(report.find("not ok"), report.npos) << report;
  }
}

// The fault is named once, at its own check.
TEST(Check, NamesPaddingThatIsTooMuchOnce) {
  Ways ways{.name = "acks of 20 bytes", .change = resize("ack", 20)};
  const scripted::Server server(ways);
  const std::string report = report_on(server.address(), 1);
  EXPECT_NE(report.find("seen: \"20 bytes, 16 expected: 4 padding bytes although the payload ends "
                        "on the boundary\""),
            report.npos)
      << report;
  EXPECT_NE(report.find(": 1 failed, and 0 more where"), report.npos) << report;
}

// Whether a packet was left unacked is no question of time: a late ack is none that is missing. And
// a doubled one is none for another copy.
TEST(Check, TellsLateAcksFromThoseLeftOut) {
  Ways late{.name = "acks everything, the first ones late", .late_acks = 2};
  late.acks_all = true;
  EXPECT_EQ(check_one(208, scripted::Server(late).address()).seen.substr(0, 7), "all of ");
  const Ways right{.name = "late, and one left out", .late_acks = 2};
  EXPECT_EQ(check_one(208, scripted::Server(right).address()).kind, Result::Kind::holds);
  const Ways doubled{.name = "one packet, each ack twice", .num = 1, .every_ack_twice = true};
  EXPECT_TRUE(check_one(208, scripted::Server(doubled).address()).ok());
}

// A late a2 may replace the session by one with fewer packets.
TEST(Check, SendsNoPacketThatTheNewestSessionHasNot) {
  const Ways ways{.name = "another session", .num = 4, .newest_session_only = true, .first_num = 9};
  const scripted::Server server(ways);
  EXPECT_EQ(check_one(219, server.address()).kind, Result::Kind::holds);
  EXPECT_EQ(server.complaint(), "");
}

// Stages a and b of a server with one udp_port for all, which tells sessions apart by secretA.
class SharedPort {
 public:
  [[nodiscard]] const net::Address& address() const { return main_.address; }

 private:
  static net::Listener open() {
    return std::move(
        net::listen_on({net::resolve("127.0.0.1", 0, net::Family::ipv4, {}).front()}, {SOCK_DGRAM})
            .front());
  }
  void serve() {
    std::array<std::uint8_t, 2048> buffer;
    wire::A2 a{.num = 5, .len = 5, .udp_port = udp_.address.port(), .secret_a = 1000};
    while (!over_) {
      const auto& listener =
          net::wait_readable({main_.socket.get(), udp_.socket.get()}, net::Deadline::after(50ms))
                      .value_or(0) == 0
              ? main_
              : udp_;
      const auto datagram = net::receive_datagram(listener.socket.get(), buffer);
      if (!datagram || datagram->error) continue;
      const auto packet = wire::Bytes(buffer).first(datagram->size);
      const auto header = wire::decode_header(packet);
      Packet reply;
      if (&listener == &main_) {
        ++a.secret_a;
        reply = wire::encode(a, header->student_id);
      } else if (header && header->psecret > 1000 && header->psecret <= a.secret_a) {
        reply = wire::encode(*wire::decode_ack(packet), header->psecret, header->student_id);
      } else {
        continue;
      }
      (void)net::send_datagram(listener.socket.get(), reply, datagram->from);
    }
  }

  net::Listener main_ = open(), udp_ = open();
  std::atomic<bool> over_ = false;
  net::JoiningThread thread_{[this] { serve(); }};

 public:
  ~SharedPort() { over_ = true; }
};

// A packet without the secret belongs to no session there; one with it does.
TEST(Check, DoesNotCountWhatASharedPortCannotTell) {
  const SharedPort server;
  const auto seen = [&](std::size_t check, int status) {
    return report_on(server.address(), status, false, 64, check);
  };
  for (const std::size_t check : {228, 229, 240}) {
    EXPECT_NE(seen(check, 0).find("# TODO all sessions share udp_port "), std::string::npos);
  }
  EXPECT_EQ(seen(230, 1).find("# TODO"), std::string::npos);
}

TEST(Check, MakesOnlyThoseThatAreAskedFor) {
  const scripted::Server server({});
  const auto made = [&](std::size_t only) {
    const std::string report = report_on(server.address(), 0, false, 64, only);
    const std::regex line("    ok [0-9]+ - ([0-9]+) .*\n");
    std::set<std::string> numbers;
    for (std::sregex_iterator at(report.begin(), report.end(), line), end; at != end; ++at) {
      numbers.insert((*at)[1]);
    }
    return numbers;
  };
  EXPECT_EQ(made(202), std::set<std::string>{"202"});
  EXPECT_EQ(made(500), (std::set<std::string>{"501", "502", "503"}));
  EXPECT_THROW(made(299), cli::UsageError);
  (void)testing::internal::GetCapturedStdout();
}

TEST(Check, ReportsInJson) {
  Ways ways{.name = "acks with step 1, secrets that are the same"};
  ways.change = field("ack", step, 1);
  ways.same_secrets = true;
  const scripted::Server server(ways);
  const auto report = parse_json(report_on(server.address(), 1, true));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->at("server")->text, server.address().text());
  EXPECT_EQ(report->at("failed")->text, "2");
  EXPECT_EQ(report->at("todo")->text, "1");
  const auto& checks = report->at("checks")->items;
  ASSERT_EQ(checks.size(), every_check().size());
  for (const JsonValue& check : checks) {
    const std::string result = check.at("result")->text, number = check.at("number")->text;
    EXPECT_EQ(result, number == "206"                      ? "todo"
                      : number == "110" || number == "501" ? "failed"
                                                           : "ok")
        << number;
  }
}

}  // namespace
}  // namespace client
