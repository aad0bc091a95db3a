// The Test Anything Protocol, version 14, with one level of subtests: what a checker reports.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace client::tap {

struct Line {
  std::size_t number = 1;
  std::string title;
  bool ok = true;
  std::string todo = {};  // why a failure does not count, if so
  std::string skip = {};  // why it was not tested, if so
  // The YAML block of a failure.
  std::vector<std::pair<std::string_view, std::string>> details = {};
};

// The version and the plan. A harness that knows version 13 alone takes the subtests for comments.
std::string begin(int version, std::size_t count);
// What stands before the lines of a subtest.
std::string begin_subtest(std::string_view title, std::size_t count);
// A line of a subtest with its details, or, not `nested`, a line at the top.
std::string text(const Line& line, bool nested);
// The last line, when no more can be tested; a line break in the reason would end it.
std::string bail_out(std::string_view why);

}  // namespace client::tap
