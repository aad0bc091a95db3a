#include "traceroute/report/watch_screen.hh"

#include <gtest/gtest.h>

#include "traceroute/report/played_watch.hh"
#include "traceroute/report/watch_text.hh"

namespace traceroute {
namespace {

using namespace std::chrono_literals;
using watch::VirtualWatch;

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

}  // namespace traceroute
