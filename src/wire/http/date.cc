#include "wire/http/date.hh"

#include <algorithm>
#include <array>

#include "wire/http/field.hh"

namespace wire::http {

namespace {

constexpr std::array<std::string_view, 7> day_names = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> month_names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::int64_t seconds_a_day = 86400;

struct Civil {
  std::int64_t year;
  int month, day;  // 1-12, 1-31
  int hour, minute, second;
  int weekday;  // 0 is Sunday
};

// Days are counted in eras of 400 years that begin on the first of March, so that the leap day is
// an era's and a year's last.
constexpr std::int64_t days_an_era = 146097;
constexpr std::int64_t days_before_1970 = 719468;  // from 0000-03-01

std::int64_t days_from(std::int64_t year, int month, int day) {
  if (month <= 2) --year;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * days_an_era + day_of_era - days_before_1970;
}

Civil civil_from(std::int64_t seconds) {
  std::int64_t days = seconds / seconds_a_day;
  auto rest = static_cast<int>(seconds % seconds_a_day);
  if (rest < 0) {
    rest += static_cast<int>(seconds_a_day);
    --days;
  }
  const auto weekday = static_cast<int>(((days + 4) % 7 + 7) % 7);  // 1970-01-01 was a Thursday
  const std::int64_t shifted = days + days_before_1970;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - days_an_era + 1) / days_an_era;
  const std::int64_t day_of_era = shifted - era * days_an_era;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const auto day_of_year =
      static_cast<int>(day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100));
  const int shifted_month = (5 * day_of_year + 2) / 153;
  const int month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  const int day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  return {year, month, day, rest / 3600, rest / 60 % 60, rest % 60, weekday};
}

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
    const auto* const found = std::find(month_names.begin(), month_names.end(), rest_.substr(0, 3));
    if (found == month_names.end()) {
      fail();
      return 1;
    }
    rest_.remove_prefix(3);
    return static_cast<int>(found - month_names.begin()) + 1;
  }
  int digits(std::size_t count, int least, int most) {
    const auto value = decimal(rest_.substr(0, count));
    if (rest_.size() < count || !value || static_cast<int>(*value) < least ||
        static_cast<int>(*value) > most) {
      fail();
      return least;
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

Civil read_fixdate(Cursor& in) {
  Civil civil{};
  in.day_name(false);
  in.literal(", ");
  civil.day = in.digits(2, 1, 31);
  in.literal(" ");
  civil.month = in.month();
  in.literal(" ");
  civil.year = in.digits(4, 0, 9999);
  in.literal(" ");
  in.time(civil);
  in.literal(" GMT");
  return civil;
}

Civil read_rfc850(Cursor& in, std::int64_t now) {
  Civil civil{};
  in.day_name(true);
  in.literal(", ");
  civil.day = in.digits(2, 1, 31);
  in.literal("-");
  civil.month = in.month();
  in.literal("-");
  const std::int64_t this_year = civil_from(now).year;
  civil.year = this_year - this_year % 100 + in.digits(2, 0, 99);
  if (civil.year > this_year + 50) civil.year -= 100;
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

// A number in at least so many digits.
void append_digits(std::string& text, std::int64_t value, int digits) {
  if (value >= 10 || digits > 1) append_digits(text, value / 10, digits - 1);
  text += static_cast<char>('0' + value % 10);
}

void append_time(std::string& text, const Civil& c) {
  append_digits(text, c.hour, 2);
  text += ':';
  append_digits(text, c.minute, 2);
  text += ':';
  append_digits(text, c.second, 2);
}

}  // namespace

std::string format_date(std::int64_t seconds) {
  const Civil c = civil_from(seconds);
  std::string text;
  text.reserve(32);
  text += day_names[static_cast<std::size_t>(c.weekday)].substr(0, 3);
  text += ", ";
  append_digits(text, c.day, 2);
  text += ' ';
  text += month_names[static_cast<std::size_t>(c.month - 1)];
  text += ' ';
  append_digits(text, c.year, 4);
  text += ' ';
  append_time(text, c);
  text += " GMT";
  return text;
}

std::string format_log_date(std::int64_t seconds) {
  const Civil c = civil_from(seconds);
  std::string text = "[";
  append_digits(text, c.day, 2);
  text += '/';
  text += month_names[static_cast<std::size_t>(c.month - 1)];
  text += '/';
  append_digits(text, c.year, 4);
  text += ':';
  append_time(text, c);
  text += " +0000]";
  return text;
}

std::optional<std::int64_t> parse_date(std::string_view text, std::int64_t now) {
  Cursor in(text);
  const auto comma = text.find(',');
  const Civil c = comma == 3                        ? read_fixdate(in)
                  : comma != std::string_view::npos ? read_rfc850(in, now)
                                                    : read_asctime(in);
  if (!in.ok()) return std::nullopt;
  const std::int64_t days = days_from(c.year, c.month, c.day);
  if (civil_from(days * seconds_a_day).day != c.day) return std::nullopt;  // the 30th of February
  return days * seconds_a_day + std::int64_t{c.hour * 60 + c.minute} * 60 + c.second;
}

}  // namespace wire::http
