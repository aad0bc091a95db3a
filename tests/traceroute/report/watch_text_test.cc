// What a watch tells besides its screen: events, the report at the end, and its JSON.
#include "traceroute/report/watch_text.hh"

#include <gtest/gtest.h>

#include <algorithm>

#include "traceroute/report/played_watch.hh"

namespace traceroute {

using namespace std::chrono_literals;

TEST(WatchReport, HasAsManyWordsInEachLine) {
  const watch::VirtualWatch play = played();
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

TEST(WatchReport, OfNoRoundSaysNothingOfThePath) {
  const watch::Watch watch(watch::VirtualWatch::plan(), 1s);
  const std::string report = watch_report(watch, style(), "START", "END");
  EXPECT_EQ(std::ranges::count(report, '#'), 1) << report;
}

TEST(WatchSummary, IsALineOfJson) {
  const watch::VirtualWatch play = played();
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

TEST(WatchEvents, SayWhatHappened) {
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
