#include "traceroute/report/watch_screen.hh"

#include <gtest/gtest.h>

#include <algorithm>

#include "traceroute/report/watch_json.hh"
#include "traceroute/report/watch_text.hh"
#include "traceroute/watch/virtual_watch.hh"

namespace traceroute {
namespace {

using namespace std::chrono_literals;
using watch::VirtualWatch;

// Hop 2 answers once a second, 20 % are lost on the way to hop 3, hop 4 is silent.
const simnet::Description mixed = describe(
    "all delay 10\nhops 1\nhop limit 1/1000\nhop loss 20\nhop silent\nhops 1\ntarget 192.0.2.10\n");

Style style() {
  Style style;
  style.name = [](const net::Address& address) {
    const std::string host = address.host();
    return host == "198.18.0.5"   ? "long-name-of-a-router.example.net"
           : host == "192.0.2.10" ? "destination.example.net"
                                  : "";
  };
  return style;
}

// The watch after 60 rounds, five a second.
VirtualWatch played() {
  VirtualWatch play(mixed, 200ms);
  play.play(60);
  return play;
}

std::string text(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) {
    all += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  }
  return all;
}

View view(std::size_t width, std::size_t height) {
  View view;
  view.width = width;
  view.height = height;
  return view;
}

// Columns that a line takes: bytes but those of colours and of further parts of a character.
std::size_t columns(const std::string& line) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\x1b') {
      i = line.find('m', i);
    } else {
      count += (static_cast<unsigned char>(line[i]) & 0xc0) == 0x80 ? 0 : 1;
    }
  }
  return count;
}

}  // namespace

TEST(WatchScreen, EightyColumns) {
  const VirtualWatch play = played();
  EXPECT_EQ(text(watch_screen(play.watch, style(), view(80, 24))),
            R"(traceroute --watch 192.0.2.10 (192.0.2.10)
round 60, 6 hops, 60.00 ms, loss 17% from hop 3
   host                       last  best   med worst   jit loss
 1 198.18.0.1                10.00 10.00 10.00 10.00 0.000 0%           ________
 2 198.18.0.2                20.00 20.00 20.00 20.00 0.000 limited        ______
 3 198.18.0.3                30.00 30.00 30.00 30.00 0.000 22% 12-35    ________
 4                                                         silent
 5 long-name-of-a-router.e~  50.00 50.00 50.00 50.00 0.000 15% 7.5-27   _____x__
 6 destination.example.net   60.00 60.00 60.00 60.00 0.000 17% 8.7-29   ________
loss: later hops lose as much, with the 95 % interval
limited: it answers seldom; packets pass it
silent: it does not answer
q quit p pause n names r reset
)");
}

TEST(WatchScreen, FortyColumns) {
  const VirtualWatch play = played();
  EXPECT_EQ(text(watch_screen(play.watch, style(), view(40, 24))), R"(192.0.2.10 (192.0.2.10)
6 hops, 60.00 ms, loss 17% from hop 3
   host                med loss
 1 198.18.0.1        10.00 0%
 2 198.18.0.2        20.00 limited
 3 198.18.0.3        30.00 22% 12-35
 4                         silent
 5 long-name-of-a-~  50.00 15% 7.5-27
 6 destination.exa~  60.00 17% 8.7-29
loss: later hops lose as much, with the
  95 % interval
limited: it answers seldom; packets pass
  it
silent: it does not answer
q quit p pause n names r reset
)");
}

TEST(WatchScreen, WideOnesHaveNameAndAddress) {
  const VirtualWatch play = played();
  EXPECT_EQ(text(watch_screen(play.watch, style(), view(118, 24))),
            R"(traceroute --watch 192.0.2.10 (192.0.2.10)
round 60, 6 hops, 60.00 ms, loss 17% from hop 3
   host                              address           last  best   med worst   jit loss         last answers
 1 198.18.0.1                        198.18.0.1       10.00 10.00 10.00 10.00 0.000 0%           _____________________
 2 198.18.0.2                        198.18.0.2       20.00 20.00 20.00 20.00 0.000 limited      _    _    _    ______
 3 198.18.0.3                        198.18.0.3       30.00 30.00 30.00 30.00 0.000 22% 12-35    ____xxx_x__x_________
 4                                                                                  silent
 5 long-name-of-a-router.example.net 198.18.0.5       50.00 50.00 50.00 50.00 0.000 15% 7.5-27   __x___x___________x__
 6 destination.example.net           192.0.2.10       60.00 60.00 60.00 60.00 0.000 17% 8.7-29   _____x_______________
loss: later hops lose as much, with the 95 % interval
limited: it answers seldom; packets pass it
silent: it does not answer
q quit p pause n names r reset
)");
}

TEST(WatchScreen, ColoursAndBarsAreOnlyWhereTheyAreWanted) {
  const VirtualWatch play = played();
  View wanted = view(120, 24);
  EXPECT_EQ(text(watch_screen(play.watch, style(), wanted)).find('\x1b'), std::string::npos);
  wanted.colour = true;
  wanted.utf8 = true;
  const auto lines = watch_screen(play.watch, style(), wanted);
  EXPECT_EQ(lines[2].substr(0, 4), "\x1b[1m");
  EXPECT_NE(lines[4].find("\x1b[33mlimited"), std::string::npos) << lines[4];
  EXPECT_NE(lines[5].find("\x1b[31m"), std::string::npos) << lines[5];
  EXPECT_NE(lines[5].find("\u00d7"), std::string::npos) << lines[5];
  EXPECT_NE(lines[3].find("\u2581\u2581"), std::string::npos) << lines[3];
}

TEST(WatchScreen, FitsEveryWindow) {
  const VirtualWatch play = played();
  for (std::size_t width = 1; width < 200; ++width) {
    for (const std::size_t height : {1U, 2U, 3U, 5U, 8U, 10U, 24U, 100U}) {
      View any = view(width, height);
      any.colour = width % 2 == 0;
      any.utf8 = true;
      any.events = {"03:43:23 destination lost", "03:44:23 destination back after 60 s"};
      for (const auto& lines : {watch_screen(play.watch, style(), any),
                                watch_screen({&play.watch, &play.watch}, style(), any)}) {
        EXPECT_LE(lines.size(), height);
        for (const std::string& line : lines) {
          EXPECT_LE(columns(line), width) << height << ": " << line;
        }
      }
    }
  }
}

TEST(WatchScreen, RowsWithoutRoomAreCounted) {
  const VirtualWatch play = played();
  const auto lines = watch_screen(play.watch, style(), view(80, 8));  // six hops
  ASSERT_EQ(lines.size(), 8U);
  EXPECT_TRUE(lines[5].starts_with(" 3 ")) << lines[5];
  EXPECT_EQ(lines[6], "3 more: the window is too low");
  EXPECT_TRUE(watch_screen(play.watch, style(), view(80, 10))[8].starts_with(" 6 "));
}

TEST(WatchScreen, LettersOfTwoColumnsTakeTwo) {
  const std::string letters = "\u65e5\u672c\u8a9e\u65e5\u672c\u8a9e";
  Plan plan = VirtualWatch::plan();
  plan.name = letters + ".example";  // 20 columns
  const watch::Watch watch(plan, 1s);
  EXPECT_EQ(watch_screen(watch, style(), view(20, 24))[0], plan.name);
  EXPECT_TRUE(watch_screen(watch, style(), view(19, 24))[0].ends_with(".exampl"));
  const auto row = [&](std::size_t width) {
    return watch_screen({&watch}, style(), view(width, 24))[2];
  };
  EXPECT_TRUE(row(40).starts_with("   " + letters + ".ex~ ")) << row(40);
  EXPECT_EQ(row(80).size(), 72 + letters.size() - 12);  // in 72 columns
}

TEST(WatchScreen, AnEventIsBrokenWhereItsColumnsEnd) {
  const watch::Watch watch(VirtualWatch::plan(), 1s);
  View any = view(20, 24);
  any.events = {"03:43:23 \u00e4\u00f6\u00fc\u00e4\u00f6\u00fc.de in"};  // 21 columns
  const auto lines = watch_screen(watch, style(), any);
  ASSERT_GE(lines.size(), 3U);
  EXPECT_EQ(lines[lines.size() - 3], "03:43:23 \u00e4\u00f6\u00fc\u00e4\u00f6\u00fc.de");
  EXPECT_EQ(lines[lines.size() - 2], "  in");
}

TEST(WatchScreen, OneLineForEachOfSeveralDestinations) {
  const VirtualWatch play = played();
  EXPECT_EQ(text(watch_screen({&play.watch, &play.watch}, style(), view(80, 24))),
            R"(traceroute --watch 2 destinations
   destination       last  best   med worst   jit loss         last answers
 6 192.0.2.10       60.00 60.00 60.00 60.00 0.000 17% 8.7-29   _x_______________
 6 192.0.2.10       60.00 60.00 60.00 60.00 0.000 17% 8.7-29   _x_______________
loss: later hops lose as much, with the 95 % interval
q quit p pause n names r reset
)");
}

TEST(WatchScreen, ARouterIsNotShownAsTheDestination) {
  const auto silent = describe("all delay 10\nhops 3\ntarget 192.0.2.10 silent\n");
  VirtualWatch play(silent, 200ms);
  const auto row = [&] { return text({watch_screen({&play.watch}, style(), view(80, 24))[2]}); };
  EXPECT_EQ(row(), "   192.0.2.10\n");  // nobody has been asked yet
  play.play(60);
  EXPECT_EQ(row(), "   192.0.2.10" + std::string(37, ' ') + "silent\n");
  play.change(nullptr);
  play.play(60);
  EXPECT_EQ(watch_screen(play.watch, style(), view(80, 24))[1],
            "round 120, 3 hops, farthest router lost since ");
  ASSERT_EQ(play.events.size(), 1U);
  EXPECT_EQ(event_text(play.events[0], style()), "farthest router lost");
}

TEST(WatchScreen, ADestinationThatIsLostIsSaid) {
  VirtualWatch play = played();
  play.change(nullptr);
  play.play(60);
  View when = view(80, 24);
  when.lost_since = "03:43:23";
  EXPECT_EQ(watch_screen(play.watch, style(), when)[1],
            "round 120, 6 hops, destination lost since 03:43:23");
}

TEST(WatchScreen, RefusalsAreShownAndAreNoLoss) {
  const auto partly =
      describe("all delay 10\nhop\nhop unreachable 13 admit 50\nhop\ntarget 192.0.2.10\n");
  VirtualWatch play(partly, 1s);
  play.play(40);
  EXPECT_EQ(text(watch_screen(play.watch, style(), view(80, 24))),
            R"(traceroute --watch 192.0.2.10 (192.0.2.10)
round 40, 4 hops, 40.00 ms, 52% refused
   host                      last  best   med worst   jit loss
 1 198.18.0.1               10.00 10.00 10.00 10.00 0.000 0%           _________
 2 198.18.0.2               20.00 20.00 20.00 20.00 0.000 0%           _________
 3 198.18.0.3               30.00 30.00 30.00 30.00 0.000 40% refused  _!_!!_!!!
 4 destination.example.net  40.00 40.00 40.00 40.00 0.000 52% refused  !!!!!_!!!
refused: somebody says that it goes no farther
q quit p pause n names r reset
)");
  const std::string words =
      R"("missing":"refused","asked":40,"answered":19,"every":1,"refused":21)";
  EXPECT_NE(watch_summary(play.watch, style(), 1, 41).find(words), std::string::npos);
  EXPECT_NE(watch_report(play.watch, style(), "START", "END")
                .find("4 192.0.2.10 refused     0    0    21    40       19     1 40.00"),
            std::string::npos);
}

TEST(WatchScreen, ReportHasAsManyWordsInEachLine) {
  const VirtualWatch play = played();
  Style short_names;
  short_names.name = [](const net::Address& address) {
    return std::string(address.host() == "192.0.2.10" ? "destination.net" : "");
  };
  EXPECT_EQ(watch_report(play.watch, short_names, "START", "END"),
            R"(# 192.0.2.10 (192.0.2.10), START to END, 60 rounds, 348 packets
hop address    missing loss% low% high% asked answered every  last  best median worst jitter ways as name
  1 198.18.0.1 -           0    0   7.5    60       60     1 10.00 10.00  10.00 10.00  0.000    1 -  -
  2 198.18.0.2 limited     0    0    54    36       12     5 20.00 20.00  20.00 20.00  0.000    1 -  -
  3 198.18.0.3 loss       22   12    35    60       47     1 30.00 30.00  30.00 30.00  0.000    1 -  -
  4 -          silent      -    -     -    14        0     8     -     -      -     -      -    0 -  -
  5 198.18.0.5 loss       15  7.5    27    60       51     1 50.00 50.00  50.00 50.00  0.000    1 -  -
  6 192.0.2.10 loss       17  8.7    29    60       50     1 60.00 60.00  60.00 60.00  0.000    1 -  destination.net
)");
}

TEST(WatchScreen, ReportOfNoRoundSaysNothingOfThePath) {
  const watch::Watch watch(VirtualWatch::plan(), 1s);
  const std::string report = watch_report(watch, style(), "START", "END");
  EXPECT_EQ(std::ranges::count(report, '#'), 1) << report;
}

TEST(WatchScreen, SummaryIsALineOfJson) {
  const VirtualWatch play = played();
  EXPECT_EQ(
      watch_summary(play.watch, style(), 1, 13),
      R"({"type":"watch","dst_name":"192.0.2.10")"
      R"(,"dst_addr":"192.0.2.10","af":4,"timestamp":1,"endtime":13,"interval":0.2000,"rounds":60)"
      R"(,"packets":348,"reached":true,"hops":[)"
      R"({"hop":1,"from":["198.18.0.1"],"asked":60,"answered":60,"every":1,"loss":0.0000)"
      R"(,"low":0.0000,"high":0.0750,"last":10.000,"best":10.000,"median":10.000,"worst":10.000)"
      R"(,"jitter":0.000},)"
      R"({"hop":2,"from":["198.18.0.2"],"missing":"limited","asked":36,"answered":12,"every":5)"
      R"(,"loss":0.0000,"low":0.0000,"high":0.5371,"last":20.000,"best":20.000,"median":20.000)"
      R"(,"worst":20.000,"jitter":0.000},)"
      R"({"hop":3,"from":["198.18.0.3"],"missing":"loss","asked":60,"answered":47,"every":1)"
      R"(,"loss":0.2167,"low":0.1247,"high":0.3453,"last":30.000,"best":30.000,"median":30.000)"
      R"(,"worst":30.000,"jitter":0.000},)"
      R"({"hop":4,"from":[],"missing":"silent","asked":14,"answered":0,"every":8},)"
      R"({"hop":5,"from":["198.18.0.5"],"name":"long-name-of-a-router.example.net")"
      R"(,"missing":"loss","asked":60,"answered":51,"every":1,"loss":0.1500,"low":0.0750)"
      R"(,"high":0.2708,"last":50.000,"best":50.000,"median":50.000,"worst":50.000,"jitter":0.000},)"
      R"({"hop":6,"from":["192.0.2.10"],"name":"destination.example.net","missing":"loss")"
      R"(,"asked":60,"answered":50,"every":1,"loss":0.1667,"low":0.0870,"high":0.2898)"
      R"(,"last":60.000,"best":60.000,"median":60.000,"worst":60.000,"jitter":0.000}]}
)");
}

TEST(WatchScreen, EventsSayWhatHappened) {
  watch::Event event;
  event.kind = watch::Event::Kind::change;
  event.ttl = 6;
  event.from = {net::resolve("198.18.0.4", 0, net::Family::ipv4, {})[0], Verdict::router};
  event.to = {net::resolve("192.0.2.10", 0, net::Family::ipv4, {})[0], Verdict::destination};
  event.before = 12345us;
  event.after = 123450us;
  EXPECT_EQ(event_text(event, style()),
            "change hop 6 from 198.18.0.4 12.35 ms to destination.example.net (192.0.2.10) "
            "123.5 ms");
  event.kind = watch::Event::Kind::loss_begins;
  event.tally = {20, 3};
  EXPECT_EQ(event_text(event, style()),
            "loss begins, seen from hop 6 on: 3 of 20 lost, 15 % (4.0-39 %)");
  event.kind = watch::Event::Kind::loss_ends;
  event.lasted = 90s;
  EXPECT_EQ(event_text(event, style()), "loss ends after 90 s: 3 of 20 lost, 15 % (4.0-39 %)");
  event.kind = watch::Event::Kind::destination_lost;
  EXPECT_EQ(event_text(event, style()),
            "destination lost: refused by destination.example.net (192.0.2.10)");
  event.to.reset();
  EXPECT_EQ(event_text(event, style()), "destination lost");
  event.kind = watch::Event::Kind::destination_back;
  EXPECT_EQ(event_text(event, style()), "destination back after 90 s");
  event.lasted = 400ms;
  EXPECT_EQ(event_text(event, style()), "destination back after 0.4 s");
  event.never_reached = true;
  EXPECT_EQ(event_text(event, style()), "farthest router back after 0.4 s");
}

}  // namespace traceroute
