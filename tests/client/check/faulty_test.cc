#include "client/check/faulty.hh"

#include <gtest/gtest.h>

#include <set>

#include "client/check/checks.hh"

namespace client {
namespace {

const Known known{{5, 9, 4000, 0x80000001}, {4001, 77}, {4, 6, 78, 0xff}};

// The words that the server finds for a fault, and those of the checks, come from the same judges.
void expect_rule(const Faulty& faulty, const std::optional<wire::Fault>& fault) {
  ASSERT_TRUE(fault.has_value()) << faulty.title << ": judged right";
  EXPECT_EQ(wire::number(fault->rule), wire::number(faulty.rule))
      << faulty.title << ": " << fault->text();
}

TEST(Faulty, EveryA1BreaksTheRuleItNames) {
  for (const Faulty& faulty : faulty_a1()) {
    auto packet = wire::encode_a1(461);
    ASSERT_FALSE(wire::judge_a1(packet));
    faulty.spoil(packet, known);
    expect_rule(faulty, wire::judge_a1(packet));
  }
}

TEST(Faulty, EveryB1BreaksTheRuleItNames) {
  for (const Faulty& faulty : faulty_b1()) {
    auto packet = wire::encode_b1(known.a, 1, 461);
    ASSERT_FALSE(wire::judge_b1(packet, known.a));
    faulty.spoil(packet, known);
    expect_rule(faulty, wire::judge_b1(packet, known.a));
  }
}

TEST(Faulty, EveryD1BreaksTheRuleItNames) {
  for (const Faulty& faulty : faulty_d1()) {
    auto packet = wire::encode_d1(known.c, 461);
    ASSERT_FALSE(wire::judge_d1(packet, known.c));
    faulty.spoil(packet, known);
    expect_rule(faulty, wire::judge_d1(packet, known.c));
  }
}

// Where nothing needs padding, exactly the faults of the padding are no faults.
TEST(Faulty, WhatNeedsPaddingSaysSo) {
  Known even = known;
  even.a.len = even.c.len2 = 8;
  for (const Faulty& faulty : faulty_b1()) {
    auto packet = wire::encode_b1(even.a, 1, 461);
    faulty.spoil(packet, even);
    EXPECT_EQ(!wire::judge_b1(packet, even.a), faulty.needs_padding) << faulty.title;
  }
  for (const Faulty& faulty : faulty_d1()) {
    auto packet = wire::encode_d1(even.c, 461);
    faulty.spoil(packet, even);
    EXPECT_EQ(!wire::judge_d1(packet, even.c), faulty.needs_padding) << faulty.title;
  }
}

TEST(Checks, AreEightyOrMoreEachWithItsOwnTitleAndNumber) {
  std::set<std::string_view> titles;
  std::set<std::size_t> numbers;
  for (const CheckGroup& group : all_checks()) {
    for (const Check& check : group.checks) {
      EXPECT_TRUE(titles.insert(check.title).second) << check.title;
      EXPECT_TRUE(numbers.insert(check.number).second) << check.number;
      EXPECT_FALSE(check.expected.empty()) << check.title;
    }
  }
  EXPECT_GE(titles.size(), 80U);
}

}  // namespace
}  // namespace client
