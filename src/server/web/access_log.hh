// The web service's log: a line a request, in the common log format.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/log.hh"
#include "net/address.hh"
#include "wire/http/date.hh"
#include "wire/http/status.hh"
#include "wire/text.hh"

namespace server {

// The request line comes from a stranger: quotes, backslashes and control characters in it are
// escaped.
inline void log_request(cli::LogWriter& log, const net::Address& peer, std::int64_t now,
                        std::string_view request_line, wire::http::Status status,
                        std::uint64_t body_length) {
  log.write(peer.host() + " - - " + wire::http::format_log_date(now) + ' ' +
            wire::quoted(request_line) + ' ' + std::to_string(wire::http::number(status)) + ' ' +
            std::to_string(body_length) + '\n');
}

}  // namespace server
