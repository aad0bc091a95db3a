// The man pages list the checks and the rules as the tables of the code have them.
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "client/check/checks.hh"

namespace {

// The entries of the lists of a man page whose tags are numbers: ".It 101", then a line of text.
std::map<std::size_t, std::string> numbered(const std::string& page) {
  std::ifstream in(std::string(SOCKHOP_SOURCE_DIR) + page);
  EXPECT_TRUE(in) << page;
  std::map<std::size_t, std::string> entries;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(".It ") || line.find_first_not_of("0123456789", 4) != line.npos) continue;
    const std::size_t number = std::stoul(line.substr(4));
    std::getline(in, line);
    EXPECT_TRUE(entries.emplace(number, line).second) << page << " lists " << number << " twice";
  }
  return entries;
}

std::string entry_text(std::string_view text, wire::Rule rule) {
  return std::string(text) + (wire::entry(rule).in_handout ? "" : " (the handout is silent)");
}

TEST(Manual, OfTheClientListsTheChecks) {
  std::map<std::size_t, std::string> expected;
  for (const client::CheckGroup& group : client::all_checks()) {
    for (const client::Check& check : group.checks) {
      expected[check.number] = entry_text(check.title, check.rule);
    }
  }
  EXPECT_EQ(numbered("/src/client/client.1"), expected);
}

TEST(Checks, HaveNumbersOfTheirStageThatRise) {
  std::size_t hundreds = 0;
  for (const client::CheckGroup& group : client::all_checks()) {
    std::size_t last = hundreds += 100;
    for (const client::Check& check : group.checks) {
      EXPECT_GT(check.number, last) << check.title;
      EXPECT_LT(check.number, hundreds + 100) << check.title;
      last = check.number;
    }
  }
}

TEST(Manual, OfTheServerListsTheRules) {
  std::map<std::size_t, std::string> expected;
  for (const wire::RuleEntry& row : wire::rules()) {
    expected[wire::number(row.rule)] = entry_text(row.clause, row.rule);
  }
  EXPECT_EQ(numbered("/src/server/server.8"), expected);
}

}  // namespace
