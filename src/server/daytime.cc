#include "server/handlers.hh"

#include "wire/bytes.hh"

namespace server {

std::string daytime_text(std::time_t now) {
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%d %b %Y %H:%M:%S UTC\r\n", &utc)};
}

void daytime_stream(net::Stream& connection, net::Deadline deadline) {
  const std::string text = daytime_text(std::time(nullptr));
  (void)connection.send_all(wire::bytes_of(text), deadline);  // a peer that is gone is no failure
  connection.finish();
}

void daytime_datagrams(const net::Listener& listener, net::ThreadPool& pool) {
  std::string text;
  answer_datagrams(listener, pool, [&text](auto) {
    text = daytime_text(std::time(nullptr));
    return wire::bytes_of(text);
  });
}

}  // namespace server
