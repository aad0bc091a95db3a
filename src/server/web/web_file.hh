// From a request's path to a file, and from a file to an answer.
#pragma once

#include <cstdint>
#include <string_view>

#include "server/web/response.hh"
#include "server/web/web.hh"
#include "wire/http/request.hh"

namespace server {

// Answers a GET or HEAD of a path and query as the request's target has them. `now` is in seconds
// since 1970.
void answer_path(Response& answer, const wire::http::Request& request,
                 std::string_view path_and_query, const Site& site, std::int64_t now);

}  // namespace server
