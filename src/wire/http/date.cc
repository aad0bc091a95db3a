#include "wire/http/date.hh"

#include <algorithm>
#include <array>
#include <chrono>

#include "wire/http/field.hh"

namespace wire::http {

namespace {

constexpr std::array<std::string_view, 7> day_names = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> month_names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
using std::chrono::sys_days, std::chrono::sys_seconds, std::chrono::seconds;
using std::chrono::year_month_day;

// A date and a time of day, as they are read.
struct Civil {
  int year = 1970, month = 1, day = 1;
  int hour = 0, minute = 0, second = 0;

  [[nodiscard]] year_month_day date() const {
    return {std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
            std::chrono::day(static_cast<unsigned>(day))};
  }
};

// Years of more than four digits have no form here: the nearest second that has one.
sys_seconds time_of(std::int64_t since_1970) {
  constexpr sys_seconds first = sys_days(std::chrono::year(0) / 1 / 1);
  constexpr sys_seconds end = sys_days(std::chrono::year(10000) / 1 / 1);
  return std::clamp(sys_seconds(seconds(since_1970)), first, end - seconds(1));
}

sys_days day_of(sys_seconds time) { return std::chrono::floor<std::chrono::days>(time); }

// Reads a date's parts straight through; ok() tells at the end whether all were there.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  void literal(std::string_view expected) {
    if (!rest_.starts_with(expected)) return fail();
    rest_.remove_prefix(expected.size());
  }
  // A day's name, whole or its first three letters.
  void day_name(bool whole) {
    for (const std::string_view name : day_names) {
      const std::string_view form = whole ? name : name.substr(0, 3);
      if (rest_.starts_with(form)) return literal(form);
    }
    fail();
  }
  int month() {
    const auto* const found = std::ranges::find(month_names, rest_.substr(0, 3));
    if (found == month_names.end()) {
      fail();
      return 1;
    }
    rest_.remove_prefix(3);
    return static_cast<int>(found - month_names.begin()) + 1;
  }
  int digits(std::size_t count, int min, int max) {
    const auto value = decimal(rest_.substr(0, count));
    if (rest_.size() < count || !value || static_cast<int>(*value) < min ||
        static_cast<int>(*value) > max) {
      fail();
      return min;
    }
    rest_.remove_prefix(count);
    return static_cast<int>(*value);
  }
  // asctime pads the day with a space.
  int padded_day() {
    if (!rest_.starts_with(' ')) return digits(2, 1, 31);
    literal(" ");
    return digits(1, 1, 9);
  }
  void time(Civil& civil) {
    civil.hour = digits(2, 0, 23);
    literal(":");
    civil.minute = digits(2, 0, 59);
    literal(":");
    civil.second = digits(2, 0, 60);  // a leap second
  }
  [[nodiscard]] bool ok() const { return ok_ && rest_.empty(); }

 private:
  void fail() {
    ok_ = false;
    rest_ = {};
  }

  std::string_view rest_;
  bool ok_ = true;
};

// IMF-fixdate, or the form of RFC 850.
Civil read_date(Cursor& in, bool rfc850, std::int64_t now) {
  const std::string_view between = rfc850 ? "-" : " ";
  Civil civil{};
  in.day_name(rfc850);
  in.literal(", ");
  civil.day = in.digits(2, 1, 31);
  in.literal(between);
  civil.month = in.month();
  in.literal(between);
  if (rfc850) {
    const int this_year{year_month_day(day_of(time_of(now))).year()};
    civil.year = this_year - this_year % 100 + in.digits(2, 0, 99);
    if (civil.year > this_year + 50) civil.year -= 100;
  } else {
    civil.year = in.digits(4, 0, 9999);
  }
  in.literal(" ");
  in.time(civil);
  in.literal(" GMT");
  return civil;
}

Civil read_asctime(Cursor& in) {
  Civil civil{};
  in.day_name(false);
  in.literal(" ");
  civil.month = in.month();
  in.literal(" ");
  civil.day = in.padded_day();
  in.literal(" ");
  in.time(civil);
  in.literal(" ");
  civil.year = in.digits(4, 0, 9999);
  return civil;
}

// A number in at least that many digits.
void append_digits(std::string& text, std::int64_t value, int digits) {
  if (value >= 10 || digits > 1) append_digits(text, value / 10, digits - 1);
  text += static_cast<char>('0' + value % 10);
}

// "06 Nov 1994 08:49:37", or with other characters between.
void append_date(std::string& text, sys_seconds time, char in_date, char before_time) {
  const year_month_day date(day_of(time));
  const std::chrono::hh_mm_ss clock(time - day_of(time));
  append_digits(text, unsigned{date.day()}, 2);
  text += in_date;
  text += month_names[unsigned{date.month()} - 1];
  text += in_date;
  append_digits(text, int{date.year()}, 4);
  text += before_time;
  append_digits(text, clock.hours().count(), 2);
  text += ':';
  append_digits(text, clock.minutes().count(), 2);
  text += ':';
  append_digits(text, clock.seconds().count(), 2);
}

}  // namespace

std::string format_date(std::int64_t since_1970) {
  const sys_seconds time = time_of(since_1970);
  const std::chrono::weekday weekday(day_of(time));
  std::string text;
  text.reserve(32);
  text += day_names[weekday.c_encoding()].substr(0, 3);
  text += ", ";
  append_date(text, time, ' ', ' ');
  text += " GMT";
  return text;
}

std::string format_log_date(std::int64_t since_1970) {
  std::string text = "[";
  append_date(text, time_of(since_1970), '/', ':');
  text += " +0000]";
  return text;
}

std::optional<std::int64_t> parse_date(std::string_view text, std::int64_t now) {
  Cursor in(text);
  const auto comma = text.find(',');
  const Civil c =
      comma == std::string_view::npos ? read_asctime(in) : read_date(in, comma != 3, now);
  if (!in.ok() || !c.date().ok()) return std::nullopt;  // the 30th of February
  const seconds since_midnight =
      std::chrono::hours(c.hour) + std::chrono::minutes(c.minute) + seconds(c.second);
  return (sys_seconds(sys_days(c.date())) + since_midnight).time_since_epoch().count();
}

}  // namespace wire::http
