// HTTP dates: seconds since 1970 and back (RFC 9110, section 5.6.7). Years have four digits: a time
// before year 0 or after 9999 is written as the first or last second of these.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wire::http {

// IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string format_date(std::int64_t since_1970);

// Common log format's "[06/Nov/1994:08:49:37 +0000]".
std::string format_log_date(std::int64_t since_1970);

// All three forms: IMF-fixdate, RFC 850 ("Sunday, 06-Nov-94 08:49:37 GMT"; its two-digit year is
// taken no more than 50 years after `now`) and asctime ("Sun Nov  6 08:49:37 1994").
std::optional<std::int64_t> parse_date(std::string_view text, std::int64_t now);

}  // namespace wire::http
