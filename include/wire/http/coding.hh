// The names of codings, of a body or of its transfer, and what servers write in their place.
#pragma once

#include <optional>
#include <string_view>

#include "wire/http/field.hh"

namespace wire::http {

// What servers call a body that is not encoded. Old ones write "identity" (RFC 2616, section 3.6);
// by "none" scripts keep others from compressing or chunking it; the rest was meant for another
// field, or is done away with before it is sent (aws-chunked).
[[nodiscard]] bool is_no_coding(std::string_view coding);

// The first content coding of a response that was not asked for; nullopt when there is none.
std::optional<std::string_view> unasked_coding(const Fields& fields, std::string_view target);

}  // namespace wire::http
