// Conditional requests and ranges: which part of a file, if any, a request gets (RFC 9110,
// sections 13 and 14).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/http/field.hh"

namespace wire::http {

// What identifies one state of a file; a page that is made anew each time has neither.
struct Validators {
  std::string etag;                           // with its quotes; a strong one
  std::optional<std::int64_t> last_modified;  // seconds since 1970
};

enum class ConditionResult { proceed, not_modified, precondition_failed };

// If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since, in the order of section
// 13.2.2, for a GET or HEAD of something that exists. Dates that cannot be read, and fields with
// several, are ignored.
ConditionResult evaluate(const Fields& fields, const Validators& validators, std::int64_t now);

// Whether If-Range, if there is one, lets the Range count (section 13.1.5). A date counts only when
// it is exact and at least a second old, since a file may change twice within a second; two
// If-Range fields never.
[[nodiscard]] bool range_applies(const Fields& fields, const Validators& validators,
                                 std::int64_t now);

// What a client may name in If-Range for the state that a response brought (section 13.1.5), as the
// server wrote it. Returns nullopt unless
// - its ETag is strong, and not made of a date that is not, or
// - it has no ETag, and its Last-Modified is strong: at least a second before its Date (section
//   8.8.2.2).
std::optional<std::string_view> if_range_validator(const Fields& response, std::int64_t now);

// Whether a 206 says that it belongs to the state that this validator names. A 206 must have the
// ETag that a 200 would have. Last-Modified may be left out (section 15.3.7): so it is by servers
// that do not know If-Range, too, and send a part of whatever is there.
[[nodiscard]] bool has_validator(const Fields& response, std::string_view validator);

struct ByteRange {
  std::uint64_t first = 0, length = 0;

  [[nodiscard]] bool operator==(const ByteRange&) const = default;
};

// What a Range field asks of a file.
struct Selection {
  enum class Kind {
    whole,          // no range, or one to ignore: another unit, malformed, or too greedy
    partial,        // the ranges
    unsatisfiable,  // 416
  };
  Kind kind = Kind::whole;
  std::vector<ByteRange> ranges;
};

constexpr std::size_t max_ranges = 16;

// Several ranges are served in the order asked. More than max_ranges, or ranges that add up to
// more than the file, are ignored: section 14.2 warns of them.
Selection select_ranges(std::string_view range_field, std::uint64_t file_size);

}  // namespace wire::http
