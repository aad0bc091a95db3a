// Dates, conditions and ranges.
#include <gtest/gtest.h>

#include <cstdio>
#include <limits>

#include "wire/http/conditional.hh"
#include "wire/http/content_type.hh"
#include "wire/http/date.hh"

namespace wire::http {
namespace {

constexpr std::int64_t rfc_date = 784111777;  // the example of RFC 9110, section 5.6.7
constexpr std::int64_t now = 1'700'000'000;

TEST(Date, IsWrittenAsInTheRfc) {
  EXPECT_EQ(format_date(rfc_date), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(format_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(format_date(951782400), "Tue, 29 Feb 2000 00:00:00 GMT");
  EXPECT_EQ(format_date(-1), "Wed, 31 Dec 1969 23:59:59 GMT");
  EXPECT_EQ(format_log_date(rfc_date), "[06/Nov/1994:08:49:37 +0000]");
}

TEST(Date, AllThreeFormsAreRead) {
  EXPECT_EQ(parse_date("Sun, 06 Nov 1994 08:49:37 GMT", now), rfc_date);
  EXPECT_EQ(parse_date("Sunday, 06-Nov-94 08:49:37 GMT", now), rfc_date);
  EXPECT_EQ(parse_date("Sun Nov  6 08:49:37 1994", now), rfc_date);
  EXPECT_EQ(parse_date("Sun Nov 16 08:49:37 1994", now), rfc_date + 10 * 86400);
  // A two-digit year is never more than 50 years ahead.
  EXPECT_EQ(format_date(*parse_date("Sunday, 06-Nov-73 08:49:37 GMT", now)).substr(12, 4), "2073");
  EXPECT_EQ(format_date(*parse_date("Sunday, 06-Nov-74 08:49:37 GMT", now)).substr(12, 4), "1974");
}

int days_of(int month, int year) {
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2                                              ? (leap ? 29 : 28)
         : month == 4 || month == 6 || month == 9 || month == 11 ? 30
                                                                 : 31;
}

// Beside a calendar that is counted day by day from a known Monday, 0001-01-01: the first and last
// day of each month, and every day of one cycle of 400 years.
TEST(Date, DaysOfTheYears1To9999AreWrittenRightAndReadBack) {
  const std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::string_view weekdays = "MonTueWedThuFriSatSun";
  constexpr std::int64_t first = -719162;  // of them, counted from 1970
  std::int64_t day = first;
  for (int year = 1; year <= 9999; ++year) {
    for (int month = 1; month <= 12; ++month) {
      const int last = days_of(month, year);
      for (int of_month = 1; of_month <= last; ++of_month, ++day) {
        if (of_month != 1 && of_month != last && (year <= 1600 || year > 2000)) continue;
        const auto second = static_cast<unsigned>((day - first) % 86400);
        char expected[64];
        std::snprintf(expected, sizeof expected, "%.3s, %02d %.3s %04d %02u:%02u:%02u GMT",
                      &weekdays[static_cast<std::size_t>((day - first) % 7 * 3)], of_month,
                      &months[static_cast<std::size_t>(month * 3 - 3)], year, second / 3600,
                      second / 60 % 60, second % 60);
        ASSERT_EQ(format_date(day * 86400 + second), expected);
        ASSERT_EQ(parse_date(expected, now), day * 86400 + second);
      }
    }
  }
  EXPECT_EQ(day, 2932897);  // 10000-01-01
}

// A file may have any time: std::chrono's years end at 32767.
TEST(Date, TimesWithoutAYearOfFourDigitsAreTheNearestThatHaveOne) {
  EXPECT_EQ(format_date(std::numeric_limits<std::int64_t>::max()), "Fri, 31 Dec 9999 23:59:59 GMT");
  EXPECT_EQ(format_date(std::numeric_limits<std::int64_t>::min()), "Sat, 01 Jan 0000 00:00:00 GMT");
}

TEST(Date, WhatIsNoDateIsRefused) {
  for (const char* text : {"", "yesterday", "784111777", "Sun, 06 Nov 1994 08:49:37",
                           "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 6 Nov 1994 08:49:37 GMT",
                           "Xun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nob 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
                           "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 30 Feb 1994 08:49:37 GMT",
                           "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ",
                           "Sun, 06 Nov +994 08:49:37 GMT", "Sun Nov 6 08:49:37 1994",
                           "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun, 06-Nov-94 08:49:37 GMT"}) {
    EXPECT_EQ(parse_date(text, now), std::nullopt) << text;
  }
}

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

Fields fields(std::initializer_list<Field> list) {
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
    Fields made;
    for (const Field& field : condition.list) made.add(field);
    EXPECT_EQ(evaluate(made, validators, now), condition.verdict)
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

TEST(ContentType, FollowsTheNameWhateverItsCase) {
  EXPECT_EQ(content_type("a/index.html"), "text/html; charset=utf-8");
  EXPECT_EQ(content_type("A.PNG"), "image/png");
  EXPECT_EQ(content_type("archive.tar.gz"), "application/gzip");
  EXPECT_EQ(content_type("README"), "application/octet-stream");
  EXPECT_EQ(content_type("a.html/b"), "application/octet-stream");
  EXPECT_EQ(content_type("a."), "application/octet-stream");
}

TEST(ContentType, IsWhatABrowserActsOn) {
  for (const auto& [name, type] : std::initializer_list<std::pair<const char*, const char*>>{
           {"a.aac", "audio/aac"},
           {"a.apng", "image/apng"},
           {"a.avif", "image/avif"},
           {"a.csv", "text/csv; charset=utf-8"},
           {"a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
           {"a.m3u8", "application/vnd.apple.mpegurl"},
           {"a.m4v", "video/mp4"},
           {"a.md", "text/markdown; charset=utf-8"},
           {"a.mjs", "text/javascript; charset=utf-8"},
           {"a.patch", "text/plain; charset=utf-8"},
           {"a.srt", "application/x-subrip; charset=utf-8"},
           {"a.ts", "video/mp2t"},
           {"a.vtt", "text/vtt; charset=utf-8"},
           {"a.wasm", "application/wasm"},
           {"a.woff2", "font/woff2"},
           {"a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}}) {
    EXPECT_EQ(content_type(name), type);
  }
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
