// Where a watched path ends, when that is not where it ended before.
#include <gtest/gtest.h>

#include "traceroute/watch/virtual_watch.hh"

namespace traceroute::watch {

using namespace std::chrono_literals;

namespace {

// A destination at hop 10, 100 ms away.
const simnet::Description ten = ten_hops();

// "lost@100 back@115": what happened to the destination, in which round of one second.
std::string destination_events(const VirtualWatch& play) {
  std::string text;
  for (const Event& event : play.events) {
    const bool lost = event.kind == Event::Kind::destination_lost;
    if (!lost && event.kind != Event::Kind::destination_back) continue;
    text += std::string(text.empty() ? "" : " ") + (lost ? "lost" : "back") + '@' +
            std::to_string((event.when - 1h) / 1s);
  }
  return text;
}

}  // namespace

TEST(PathEnd, ALongerPathIsFoundBehindASilentRouter) {
  const auto longer = describe("all delay 10\nhops 9\nhop silent\nhop\ntarget 192.0.2.10\n");
  VirtualWatch play(ten, 1s);
  play.play(100);
  play.play(60, longer);
  EXPECT_EQ(play.watch.last_ttl(), 12);
  EXPECT_TRUE(play.watch.reached());
  EXPECT_FALSE(play.watch.lost_since());
  EXPECT_EQ(play.watch.meaning(10), Meaning::silent);
  EXPECT_EQ(play.count(Event::Kind::destination_lost), 1U);
  EXPECT_EQ(play.count(Event::Kind::destination_back), 1U);
  play.play(60, ten);
  EXPECT_EQ(play.watch.last_ttl(), 10);
  EXPECT_EQ(play.count(Event::Kind::destination_lost), 1U);
}

// Silent hop 2 is asked in each eighth round, which then takes 3 s, and others begin meanwhile. Hop
// 11, silent now, gave an answer of the destination in the first round.
TEST(PathEnd, ALongerPathIsFoundInWhicheverRoundItBegins) {
  const std::string start = "all delay 10\nhop\nhop silent\n";
  const auto before = describe(start + "hops 7\ntarget 192.0.2.10\n");
  const auto after = describe(start + "hops 8\nhop silent\nhops 2\ntarget 192.0.2.10\n");
  for (std::uint64_t rounds = 100; rounds < 108; ++rounds) {
    VirtualWatch play(before, 1s);
    play.play(rounds);
    play.play(60, after);
    EXPECT_EQ(play.watch.last_ttl(), 14) << rounds;
    EXPECT_TRUE(play.watch.reached()) << rounds;
  }
}

TEST(PathEnd, ALongerPathStaysSoWhateverItLoses) {
  const auto longer = describe("all delay 10\nhops 9\nhop silent\ntarget 192.0.2.10 loss 30\n");
  VirtualWatch play(ten, 1s);
  play.play(100);
  play.play(60, longer);
  play.after_round = [&] { EXPECT_EQ(play.watch.last_ttl(), 11) << play.watch.rounds(); };
  play.play(300);
  EXPECT_EQ(play.watch.meaning(11), Meaning::loss);
  EXPECT_EQ(play.count(Event::Kind::loss_begins), 1U);
  EXPECT_EQ(play.count(Event::Kind::destination_back), 1U);
}

TEST(PathEnd, LossesThatBeginLateDoNotMakeADestinationLost) {
  const auto lossy = ten_hops("", "loss 30");
  int lost = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    VirtualWatch play(ten, 1s, seed);
    play.play(300);
    play.play(300, lossy);
    lost += destination_events(play).empty() ? 0 : 1;
  }
  EXPECT_LE(lost, 2) << "five in a row before three others tell of losses";
}

TEST(PathEnd, ADestinationThatIsLostIsSoughtWithFewPackets) {
  const auto away = ten_hops("", "", "silent");
  VirtualWatch play(ten, 1s);
  play.play(100);
  play.change(&away);
  const std::size_t before = play.packets;
  play.play(400);
  EXPECT_EQ(play.watch.last_ttl(), 10);
  EXPECT_LE(play.packets - before, 400U * 13);
}

TEST(PathEnd, ADestinationThatIsGoneWhenThePathGetsLongerIsLost) {
  const auto longer = describe("all delay 10\nhops 14\ntarget 192.0.2.10 silent\n");
  VirtualWatch play(ten, 1s);
  play.play(100);
  play.play(60, longer);
  EXPECT_TRUE(play.watch.lost_since());
  play.play(60, ten);
  EXPECT_EQ(play.count(Event::Kind::destination_lost), 1U);
  EXPECT_EQ(play.count(Event::Kind::destination_back), 1U);
  EXPECT_EQ(play.watch.last_ttl(), 10);
}

TEST(PathEnd, AShorterPathIsOneChange) {
  const auto shorter = describe("all delay 10\nhops 5\ntarget 192.0.2.10\n");
  VirtualWatch play(ten, 1s);
  play.play(100);
  play.play(60, shorter);
  ASSERT_EQ(play.events.size(), 1U);
  EXPECT_EQ(play.events[0].kind, Event::Kind::change);
  EXPECT_EQ(play.events[0].ttl, 6);
  EXPECT_EQ(play.events[0].to->verdict, Verdict::destination);
}

// Its limit is learned; until then it may be lost once.
TEST(PathEnd, ADestinationThatAnswersSeldomIsNotLostAgainAndAgain) {
  const auto seldom = ten_hops("", "", "echolimit 1/5000");
  VirtualWatch play(seldom, 200ms);
  play.play(600);
  EXPECT_LE(play.count(Event::Kind::destination_lost), 1U);
  EXPECT_EQ(play.watch.meaning(10), Meaning::limited);
  EXPECT_EQ(play.watch.hop(10).every(), 25U);
}

TEST(PathEnd, WhatIsRefusedIsNotLost) {
  const auto refused = ten_hops("", "unreachable 1");
  VirtualWatch play(ten, 1s);
  play.play(100);
  play.play(60, refused);
  play.play(200, ten);
  EXPECT_EQ(destination_events(play), "lost@100 back@161");
  EXPECT_EQ(play.events[0].to->address.host(), "198.18.0.4");
  for (int ttl = 1; ttl <= 10; ++ttl) {
    const HopRecord& hop = play.watch.hop(ttl);
    EXPECT_EQ(hop.total().lost, 0U) << ttl;
    EXPECT_EQ(play.watch.meaning(ttl), ttl < 5 ? Meaning::none : Meaning::refused) << ttl;
  }
  play.watch.reset();
  play.play(10);
  EXPECT_EQ(play.watch.meaning(5), Meaning::none);
}

TEST(PathEnd, WhatIsRefusedIsNoPartOfALoss) {
  EndWatch end;
  Time now{};
  std::optional<Event> event;
  using enum Outcome;
  for (const Outcome outcome : {answered, lost, answered, refused, refused, answered, lost,
                                answered, refused, answered, lost, answered}) {
    event = end.add(outcome, true, now += 1s);
  }
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, Event::Kind::loss_begins);
  EXPECT_EQ(event->tally.asked, 8U);
  EXPECT_EQ(event->tally.lost, 3U);
}

TEST(PathEnd, WhatIsRefusedInPartIsNotLost) {
  const auto partly = ten_hops("", "unreachable 13 admit 50");
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    VirtualWatch play(partly, 1s, seed);
    play.play(300);
    EXPECT_TRUE(play.watch.reached());
    EXPECT_EQ(play.watch.last_ttl(), 10);
    EXPECT_EQ(play.watch.meaning(10), Meaning::refused);
    EXPECT_EQ(play.watch.hop(10).total().lost, 0U);
    EXPECT_NEAR(static_cast<double>(play.watch.hop(10).refused()), 150, 45);
    EXPECT_EQ(play.count(Event::Kind::loss_begins), 0U);
    EXPECT_EQ(destination_events(play), "") << seed;
  }
}

TEST(PathEnd, ADestinationThatRefusesItselfHasAnswered) {
  const auto prohibiting =
      describe("all delay 10\nhops 9\nhop 192.0.2.10 refuse 10\ntarget 192.0.2.10\n");
  VirtualWatch play(prohibiting, 1s);
  play.play(60);
  EXPECT_TRUE(play.watch.reached());
  EXPECT_EQ(play.watch.last_ttl(), 10);
  EXPECT_EQ(play.watch.meaning(10), Meaning::none);
  EXPECT_EQ(play.watch.hop(10).rtts().median().value_or(0s) / 1ms, 100);
}

}  // namespace traceroute::watch
