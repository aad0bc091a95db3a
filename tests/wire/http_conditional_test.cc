// Conditions and ranges.
#include "wire/http/conditional.hh"

#include <gtest/gtest.h>

namespace wire::http {
namespace {

constexpr std::int64_t rfc_date = 784111777;  // the example of RFC 9110, section 5.6.7
constexpr std::int64_t now = 1'700'000'000;

struct Asked {
  const char* range;
  std::uint64_t size;
  std::vector<ByteRange> ranges;
};

TEST(Range, SelectsWhatIsAskedFor) {
  for (const Asked& asked : std::vector<Asked>{
           {"bytes=0-0", 10, {{0, 1}}},
           {"bytes=2-5", 10, {{2, 4}}},
           {"bytes=2-", 10, {{2, 8}}},
           {"bytes=-3", 10, {{7, 3}}},
           {"bytes=-30", 10, {{0, 10}}},
           {"bytes=5-99", 10, {{5, 5}}},
           {"bytes=5-99999999999999999999999", 10, {{5, 5}}},
           {"BYTES=0-1", 10, {{0, 2}}},
           {"bytes=0-1, 4-5 ,-1", 10, {{0, 2}, {4, 2}, {9, 1}}},
           {"bytes=,0-1,,", 10, {{0, 2}}},
           {"bytes=8-9,0-1", 10, {{8, 2}, {0, 2}}},
           {"bytes=0-1,20-30", 10, {{0, 2}}},
       }) {
    const Selection selection = select_ranges(asked.range, asked.size);
    EXPECT_EQ(selection.kind, Selection::Kind::partial) << asked.range;
    EXPECT_EQ(selection.ranges, asked.ranges) << asked.range;
  }
}

TEST(Range, OutsideTheFileIsUnsatisfiable) {
  for (const char* range : {"bytes=10-", "bytes=10-20", "bytes=-0", "bytes=10-10,11-12",
                            "bytes=99999999999999999999999-"}) {
    EXPECT_EQ(select_ranges(range, 10).kind, Selection::Kind::unsatisfiable) << range;
  }
  EXPECT_EQ(select_ranges("bytes=0-", 0).kind, Selection::Kind::unsatisfiable);
}

TEST(Range, MalformedOrGreedyIsIgnored) {
  std::string many = "bytes=0-0";
  for (std::size_t i = 1; i <= max_ranges; ++i) {
    many += ',' + std::to_string(i) + '-' + std::to_string(i);
  }
  for (const std::string& range :
       {std::string(""), std::string("bytes"), std::string("bytes="), std::string("bytes=,"),
        std::string("bytes=-"), std::string("bytes=a-b"), std::string("bytes=5-2"),
        std::string("bytes=0-1,x"), std::string("bytes=+1-2"), std::string("bytes=1--2"),
        std::string("bytes=0x1-2"), std::string("lines=0-1"), std::string("bytes 0-1"),
        std::string("bytes=0-,0-"), many}) {
    EXPECT_EQ(select_ranges(range, 100).kind, Selection::Kind::whole) << range;
  }
}

constexpr const char* tag = "\"a\"";
const Validators validators{tag, rfc_date};

Fields fields(const std::vector<Field>& list) {
  Fields made;
  for (const Field& field : list) made.add(field);
  return made;
}

struct Condition {
  std::vector<Field> list;
  ConditionResult verdict;
};

TEST(Conditions, AreJudgedInTheOrderOfTheRfc) {
  constexpr const char* same = "Sun, 06 Nov 1994 08:49:37 GMT";
  constexpr const char* before = "Sun, 06 Nov 1994 08:49:36 GMT";
  constexpr const char* after = "Sun, 06 Nov 1994 08:49:38 GMT";
  const auto go = ConditionResult::proceed, same_still = ConditionResult::not_modified,
             failed = ConditionResult::precondition_failed;
  for (const Condition& condition : std::vector<Condition>{
           {{}, go},
           {{{"If-None-Match", tag}}, same_still},
           {{{"if-none-match", "W/\"a\""}}, same_still},
           {{{"If-None-Match", "*"}}, same_still},
           {{{"If-None-Match", "\"b,\", \"a\""}}, same_still},
           {{{"If-None-Match", "\"b\""}, {"If-None-Match", tag}}, same_still},
           {{{"If-None-Match", "\"b\""}}, go},
           {{{"If-None-Match", "a"}}, go},
           {{{"If-None-Match", "\"a"}}, go},
           {{{"If-None-Match", ""}}, go},
           {{{"If-Modified-Since", same}}, same_still},
           {{{"If-Modified-Since", after}}, same_still},
           {{{"If-Modified-Since", before}}, go},
           {{{"If-Modified-Since", "never"}}, go},
           {{{"If-Modified-Since", same}, {"If-Modified-Since", same}}, go},
           {{{"If-None-Match", "\"b\""}, {"If-Modified-Since", after}}, go},
           {{{"If-Match", tag}}, go},
           {{{"If-Match", "*"}}, go},
           {{{"If-Match", "\"b\""}}, failed},
           {{{"If-Match", "W/\"a\""}}, failed},
           {{{"If-Unmodified-Since", same}}, go},
           {{{"If-Unmodified-Since", before}}, failed},
           {{{"If-Unmodified-Since", "never"}}, go},
           {{{"If-Unmodified-Since", before}, {"If-Unmodified-Since", before}}, go},
           {{{"If-Match", tag}, {"If-Unmodified-Since", before}}, go},
           {{{"If-Match", "\"b\""}, {"If-None-Match", tag}}, failed},
           {{{"If-Match", tag}, {"If-None-Match", tag}}, same_still},
       }) {
    EXPECT_EQ(evaluate(fields(condition.list), validators, now), condition.verdict)
        << (condition.list.empty() ? "" : condition.list.front().name) << ' '
        << (condition.list.empty() ? "" : condition.list.front().value);
  }
}

TEST(Conditions, IfRangeTakesAStrongTagOrAnOldDate) {
  const auto applies = [](const char* value, std::int64_t at = now) {
    return range_applies(fields({{"If-Range", value}}), validators, at);
  };
  EXPECT_TRUE(range_applies(fields({}), validators, now));
  EXPECT_TRUE(applies(tag));
  EXPECT_FALSE(applies("\"b\""));
  EXPECT_FALSE(applies("W/\"a\""));
  EXPECT_TRUE(applies("Sun, 06 Nov 1994 08:49:37 GMT"));
  EXPECT_FALSE(applies("Sun, 06 Nov 1994 08:49:38 GMT"));
  EXPECT_FALSE(applies("Sun, 06 Nov 1994 08:49:37 GMT", rfc_date));
  EXPECT_FALSE(range_applies(fields({{"If-Range", tag}, {"If-Range", tag}}), validators, now));
}

// The fields of a response, one a line.
Fields fields_of(std::string_view lines) {
  Fields fields;
  while (const auto line = take_line(lines)) {
    const auto colon = line->find(": ");
    fields.add({line->substr(0, colon), line->substr(colon + 2)});
  }
  return fields;
}

TEST(IfRangeValidator, AStrongETagOrElseAStrongDate) {
  const std::string modified = "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\n";
  const std::string same_second = "Date: Sun, 06 Nov 1994 08:49:37 GMT\n";
  const std::string later = "Date: Sun, 06 Nov 1994 08:49:38 GMT\n";
  const auto validator = [](const std::string& lines) {
    return if_range_validator(fields_of(lines), 784111800);
  };
  EXPECT_EQ(validator("ETag: \"a\"\n"), "\"a\"");
  EXPECT_EQ(validator("etag: \"\"\n" + modified + later), "\"\"");
  EXPECT_EQ(validator("ETag: \"2ebc98a1-5\"\n" + modified + later), "\"2ebc98a1-5\"");
  EXPECT_EQ(validator("ETag: \"2ebc98a1-5\"\n"), "\"2ebc98a1-5\"");
  EXPECT_EQ(validator("ETag: \"2555072882\"\n" + modified + later), "\"2555072882\"");
  for (const std::string& etag : std::initializer_list<std::string>{
           "\"5-613a2b3c4d5e6\"", "\"a\"", "\"1\"", "\"25550728821\"", "\"\""}) {
    EXPECT_EQ(validator("ETag: " + etag + "\n" + modified + same_second), etag);
  }
  EXPECT_EQ(validator(modified + later), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(validator("Last-Modified: Sunday, 06-Nov-94 08:49:37 GMT\n" + later),
            "Sunday, 06-Nov-94 08:49:37 GMT");
  for (const std::string& lines : std::initializer_list<std::string>{
           "",
           modified,
           later,
           modified + same_second,
           modified + "Date: Sun, 06 Nov 1994 08:49:36 GMT\n",
           modified + "Date: now\n",
           modified + later + later,
           modified + modified + later,
           "Last-Modified: yesterday\n" + later,
           "ETag: \"2ebc98a1-5\"\n" + modified + same_second,
           "ETag: \"5-2ebc98a1-0\"\n" + modified + same_second,
           "ETag: \"2555072882\"\n" + modified + same_second,
           "ETag: \"cyu8ip5\"\n" + modified + same_second,
           "ETag: \"2ebc98a1-5\"\n" + modified,
           "ETag: W/\"a\"\n" + modified + later,
           "ETag: a\n" + modified + later,
           "ETag: \"a\n" + modified + later,
           "ETag: \"a b\"\n" + modified + later,
           "ETag: \"a\", \"b\"\n",
           "ETag: \"a\"\nETag: \"a\"\n",
       }) {
    EXPECT_EQ(validator(lines), std::nullopt) << lines;
  }
}

TEST(IfRangeValidator, APartOfAnotherStateIsKnownByIt) {
  const std::string date = "Sun, 06 Nov 1994 08:49:37 GMT";
  EXPECT_TRUE(has_validator(fields_of("ETag: \"a\"\n"), "\"a\""));
  EXPECT_FALSE(has_validator(fields_of("ETag: \"b\"\n"), "\"a\""));
  EXPECT_FALSE(has_validator(fields_of("ETag: W/\"a\"\n"), "\"a\""));
  EXPECT_FALSE(has_validator(fields_of("ETag: \"a\"\nETag: \"b\"\n"), "\"a\""));
  EXPECT_FALSE(has_validator(fields_of(""), "\"a\""));
  EXPECT_TRUE(has_validator(fields_of("Last-Modified: " + date + "\n"), date));
  EXPECT_FALSE(has_validator(fields_of("X: y\n"), date));
  EXPECT_FALSE(has_validator(fields_of("Last-Modified: Sun, 06 Nov 1994 08:49:38 GMT\n"), date));
  EXPECT_FALSE(has_validator(fields_of("Last-Modified: " + date + "\nLast-Modified: x\n"), date));
}

}  // namespace
}  // namespace wire::http
