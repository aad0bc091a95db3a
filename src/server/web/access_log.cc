#include "server/web/access_log.hh"

#include <string>

#include "cli/json.hh"
#include "wire/http/date.hh"

namespace server {

void log_request(cli::LogWriter& log, const net::Address& peer, std::int64_t now,
                 std::string_view request_line, wire::http::Status status,
                 std::uint64_t body_length) {
  log.write(peer.host() + " - - " + wire::http::format_log_date(now) + ' ' +
            cli::quoted_string(request_line) + ' ' + std::to_string(wire::http::number(status)) +
            ' ' + std::to_string(body_length) + '\n');
}

}  // namespace server
