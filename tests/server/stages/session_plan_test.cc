#include "server/stages/session_plan.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "server/random.hh"

namespace server {
namespace {

using namespace std::chrono_literals;

std::vector<std::uint32_t> secrets_of(const StageNumbers& n) {
  return {n.a.secret_a, n.b.secret_b, n.c.secret_c, n.d.secret_d};
}

TEST(Seeded, GivesTheSameNumbersEachTime) {
  // The first three of SplitMix64 for the seed 1234567, from its authors' page, taken modulo 2^32.
  Seeded seeded(1234567);
  EXPECT_EQ(seeded(0, 0xffffffff), static_cast<std::uint32_t>(6457827717110365317U));
  EXPECT_EQ(seeded(0, 0xffffffff), static_cast<std::uint32_t>(3203168211198807973U));
  EXPECT_EQ(seeded(0, 0xffffffff), static_cast<std::uint32_t>(9817491932198370423U));
  for (int i = 0; i < 1000; ++i) {
    const std::uint32_t number = seeded(3, 5);
    EXPECT_TRUE(number >= 3 && number <= 5);
  }
}

TEST(SessionPlan, IsTheSameForTheSameSeed) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const SessionPlan one = exercising_plan(seed), two = exercising_plan(seed);
    EXPECT_EQ(one.text(), two.text());
    EXPECT_EQ(secrets_of(one.numbers), secrets_of(two.numbers));
    for (std::uint32_t id = 0; id < one.numbers.a.num; ++id) {
      for (unsigned arrival = 0; arrival < 4; ++arrival) {
        EXPECT_EQ(one.ack_fate(id, arrival).copies, two.ack_fate(id, arrival).copies);
        EXPECT_EQ(one.ack_fate(id, arrival).delay, two.ack_fate(id, arrival).delay);
      }
    }
  }
}

// Every awkward thing happens to some session, and each in some session does not.
TEST(SessionPlan, AwkwardSessionsMixEverything) {
  constexpr int count = 200;
  std::map<std::string, int> seen;
  for (std::uint64_t seed = 0; seed < count; ++seed) {
    const SessionPlan b = exercising_plan(seed);
    unsigned withheld = 0, doubled = 0, reordered = 0, after_resend = 0;
    for (std::uint32_t id = 0; id < b.numbers.a.num; ++id) {
      for (unsigned arrival = 0; arrival < 4; ++arrival) {
        const AckFate fate = b.ack_fate(id, arrival);
        withheld += fate.copies == 0;
        doubled += fate.copies > 1;
        reordered += fate.delay > 0ms && fate.delay < 500ms;
        after_resend += fate.delay > 500ms;
      }
    }
    EXPECT_GE(withheld, 1U) << "seed " << seed << ": one packet at least is not acked at first";
    seen["withheld more than once"] += withheld > 1;
    seen["doubled"] += doubled > 0;
    seen["reordered"] += reordered > 0;
    seen["acked after the resend"] += after_resend > 0;
    seen["num 1"] += b.numbers.a.num == 1;
    seen["num2 1"] += b.numbers.c.num2 == 1;
    seen["len off the boundary"] += b.numbers.a.len % 4 != 0;
    seen["len2 off the boundary"] += b.numbers.c.len2 % 4 != 0;
    seen["c 0"] += b.numbers.c.c == 0;
    seen["c 255"] += b.numbers.c.c == 255;
    seen["udp_port late"] += b.udp_late > 0ms;
    seen["tcp_port late"] += b.tcp_late > 0ms;
    seen["c2 late"] += b.c2_late > 0ms;
    seen["c2 in pieces"] += b.piece < 28;
    seen["b2 before the last ack"] += b.b2_before_last_ack;
  }
  for (const auto& [what, times] : seen) {
    EXPECT_GT(times, count / 20) << what;
    EXPECT_LT(times, count) << what;
  }
}

TEST(SessionPlan, AwkwardSessionsKeepTheProtocol) {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const SessionPlan b = exercising_plan(seed);
    auto secrets = secrets_of(b.numbers);
    std::ranges::sort(secrets);
    EXPECT_GT(secrets.front(), 0x80000000U);
    EXPECT_EQ(std::ranges::adjacent_find(secrets), secrets.end());
    const auto& [num, len, udp_port, secret_a] = b.numbers.a;
    EXPECT_TRUE(num > 0 && len > 0 && b.numbers.c.num2 > 0 && b.numbers.c.len2 > 0);
    EXPECT_LE(b.numbers.c.len2, 255U);
    for (std::uint32_t id = 0; id < num; ++id) {
      EXPECT_GT(b.ack_fate(id, 2).copies, 0U) << "a packet is acked in the end";
    }
  }
}

TEST(SessionPlan, ThePlainServerWithholdsItsShare) {
  constexpr unsigned percent = 25;
  unsigned withheld = 0, all = 0;
  for (int session = 0; session < 500; ++session) {
    const SessionPlan plain = plain_plan(random_number, percent);
    ASSERT_TRUE(plain.surely_withheld && *plain.surely_withheld < plain.numbers.a.num);
    EXPECT_EQ(plain.ack_fate(*plain.surely_withheld, 0).copies, 0U);
    for (std::uint32_t id = 0; id < plain.numbers.a.num; ++id) {
      const AckFate fate = plain.ack_fate(id, 1);
      EXPECT_LE(fate.copies, 1U);
      EXPECT_EQ(fate.delay, 0ms);
      withheld += fate.copies == 0;
      ++all;
    }
  }
  EXPECT_NEAR(withheld * 100.0 / all, percent, 8);
}

TEST(SessionPlan, WithoutLossThePlainServerAcksEverything) {
  const SessionPlan plain = plain_plan(random_number, 0);
  for (std::uint32_t id = 0; id < plain.numbers.a.num; ++id) {
    EXPECT_EQ(plain.ack_fate(id, 0).copies, 1U);
  }
}

TEST(PlainPlan, DrawsASecretAgainThatWasDrawnBefore) {
  std::vector<std::uint32_t> draws{5, 5, 6, 5, 6, 7, 7, 8};
  const StageNumbers numbers = draw_numbers([&](std::uint32_t min, std::uint32_t max) {
    if (draws.empty()) return min;
    EXPECT_EQ(min, 1U) << "0 stands for no secret";
    EXPECT_EQ(max, 0x7fffffffU);
    return std::exchange(draws, {draws.begin() + 1, draws.end()}).front();
  });
  EXPECT_EQ(numbers.a.secret_a, 5U);
  EXPECT_EQ(numbers.b.secret_b, 6U);
  EXPECT_EQ(numbers.c.secret_c, 7U);
  EXPECT_EQ(numbers.d.secret_d, 8U);
}

TEST(PlainPlan, DrawsLettersForC) {
  Seeded seeded(1);
  for (int i = 0; i < 1000; ++i) {
    const int c = draw_numbers(std::ref(seeded)).c.c;
    EXPECT_TRUE(c >= 'a' && c <= 'z') << c;
  }
}

TEST(ExercisingPlan, DrawsBytesOfAllKindsForC) {
  std::set<int> seen;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    seen.insert(exercising_plan(seed).numbers.c.c);
  }
  EXPECT_TRUE(seen.contains(0) && seen.contains(255));
  EXPECT_GT(seen.size(), 200U);
}

}  // namespace
}  // namespace server
