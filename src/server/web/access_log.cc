#include "server/web/access_log.hh"

#include <string>

#include "wire/http/date.hh"

namespace server {

void log_request(cli::LogWriter& log, const net::Address& peer, std::int64_t now,
                 std::string_view request_line, wire::http::Status status,
                 std::uint64_t body_length) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string line = peer.host() + " - - " + wire::http::format_log_date(now) + " \"";
  for (const char c : request_line) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte >= 0x7f) {
      line += "\\x";
      line += digits[byte >> 4];
      line += digits[byte & 15];
    } else {
      if (c == '"' || c == '\\') line += '\\';
      line += c;
    }
  }
  line +=
      "\" " + std::to_string(wire::http::number(status)) + ' ' + std::to_string(body_length) + '\n';
  log.write(line);
}

}  // namespace server
