#include "wire/http/date.hh"

#include <gtest/gtest.h>

#include <cstdio>
#include <limits>

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

}  // namespace
}  // namespace wire::http
