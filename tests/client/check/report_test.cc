// The report of client -c: what it says of a server that is dead or dies, and as JSON.
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "client/check/checked.hh"
#include "net/listener.hh"
#include "support/formats/json_value.hh"

namespace client {
namespace {

NEEDS_DESCRIPTORS(512);

TEST(Check, BailsOutAtOnceWhereNobodyAnswers) {
  const auto mute = net::listen_on({*net::Address::parse("127.0.0.1")}, {SOCK_DGRAM});
  const std::string name = mute.front().address.text();
  EXPECT_EQ(report_on(mute.front().address, 1),
            "TAP version 14\n1..5\nBail out! " + name +
                ": no a2 came to a right a1 within 4 s: nothing came\n");
}

// As a daytime service does, to whatever comes: words of that size are no a2.
TEST(Check, TellsWhatTheServerSaysInPlaceOfA2) {
  const std::string words = "Freitag, 27. November, kurz nach zw\u00f6lf";
  const scripted::Server server(
      {.name = "daytime", .change = [&](const std::string& name, Packet& packet) {
         if (name == "a2") packet.assign(words.begin(), words.end());
       }});
  EXPECT_EQ(report_on(server.address(), 1),
            "TAP version 14\n1..5\nBail out! " + server.address().text() +
                ": no a2 came to a right a1 within 4 s: 39 bytes, 28 expected (payload_len 16, "
                "padded to 16): \"" +
                words + "\"\n");
  const auto json = parse_json(report_on(server.address(), 1, true));
  ASSERT_TRUE(json);
  EXPECT_TRUE(json->at("bail_out")->text.ends_with('"' + words + '"'));
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
  Ways ways{.name = "acks with step 1, secrets that are the same",
            .change = field("ack", step, 1),
            .same_secrets = true};
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
