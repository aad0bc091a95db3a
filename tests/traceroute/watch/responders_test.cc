#include "traceroute/watch/responders.hh"

#include <gtest/gtest.h>

#include <random>

#include "support/virtual_path.hh"

namespace traceroute::watch {

using namespace std::chrono_literals;

namespace {

// The answers of these hosts, each the last byte of an address, one a second. Returns what changed:
// "1>2@8".
std::string changes(Responders& responders, const std::vector<int>& answers) {
  std::string text;
  Time now{};
  for (const int answer : answers) {
    if (const auto change = responders.add({address(answer)}, now, 10ms)) {
      text += change->from.address.host().substr(8) + '>' + change->to.address.host().substr(8) +
              '@' + std::to_string(change->when / 1s) + ' ';
    }
    now += 1s;
  }
  return text;
}

std::vector<int> times(int count, int answer) {
  return std::vector<int>(static_cast<std::size_t>(count), answer);
}

std::vector<int> operator+(std::vector<int> first, const std::vector<int>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

TEST(Responders, AnotherOneIsAChangeOnceItIsCertain) {
  Responders responders;
  EXPECT_EQ(changes(responders, times(10, 1) + times(3, 2)), "");
  EXPECT_EQ(changes(responders, times(1, 2)), "1>2@10 ") << "since its first answer";
  ASSERT_EQ(responders.current().size(), 1U);
  EXPECT_EQ(changes(responders, times(10, 2) + times(10, 1)), "2>1@10 ");
}

TEST(Responders, SeveralInTurnAreNoChange) {
  std::mt19937_64 random(1);
  for (const int ways : {2, 3, 4, 6, 8, 12, 16}) {
    int changed = 0;
    for (int run = 0; run < 100; ++run) {
      Responders responders;
      std::vector<int> answers;
      for (int i = 0; i < 300; ++i) {
        // No distribution of <random>: each library draws its own numbers.
        answers.push_back(1 + static_cast<int>(random() % static_cast<unsigned>(ways)));
      }
      changed += changes(responders, answers).empty() ? 0 : 1;
      EXPECT_GE(responders.current().size(), static_cast<std::size_t>(ways - ways / 5));
      EXPECT_LE(responders.current().size(), static_cast<std::size_t>(ways));
    }
    EXPECT_LE(changed, ways == 2 ? 1 : 0) << ways;
  }
}

TEST(Responders, ABalancerCanBeReplaced) {
  Responders responders;
  std::vector<int> answers;
  for (int i = 0; i < 30; ++i) answers.push_back(1 + i % 2);
  EXPECT_EQ(changes(responders, answers + times(10, 3)), "2>3@30 ");
}

TEST(Responders, OneThatIsNotSeenAnyMoreIsForgotten) {
  Responders responders;
  changes(responders, times(4, 1) + times(1, 2) + times(64, 1));
  EXPECT_EQ(responders.current().size(), 1U);
}

TEST(Responders, AnyNumberOfAddressesIsBounded) {
  Responders responders;
  for (int i = 0; i < 250; ++i) responders.add({address(i)}, {}, {});
  EXPECT_LE(responders.current().size(), 16U);
}

}  // namespace traceroute::watch
