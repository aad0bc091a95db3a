#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "cli/program.hh"
#include "client/progress.hh"
#include "client/services.hh"
#include "client/web/output.hh"
#include "net/connect.hh"
#include "net/stream.hh"
#include "wire/bytes.hh"
#include "wire/http/response.hh"

namespace client {

namespace {

constexpr std::size_t max_at_once = 65536;
constexpr std::size_t max_line = 100;

// Why a file did not come to its end, after `count` bytes.
std::string fault(net::Ending ending, std::uint64_t count) {
  if (ending == net::Ending::broken && count == 0) {
    return ": the server refused it (connection reset)";
  }
  return std::string(ending == net::Ending::silent ? ": nothing more came"
                                                   : ": the connection broke") +
         " after " + std::to_string(count) + " bytes";
}

// The status line by which a web server refuses what is no request to it, at the beginning of a
// file. A page saved with its head begins alike, but with another status: 200, 404.
std::optional<std::string> http_refusal(std::string_view beginning) {
  const auto line = wire::http::take_line(beginning);
  if (!line) return std::nullopt;
  const std::string head = std::string(*line) + "\r\n\r\n";
  const auto response = wire::http::parse_response(head);
  constexpr std::array refusals = {400, 501, 505};
  const bool refused = response && std::ranges::find(refusals, response->status) != refusals.end();
  return refused ? std::optional(std::string(*line)) : std::nullopt;
}

}  // namespace

void get_file(const Options& options) {
  Output output(options.output, false);
  const auto begin = net::Deadline::after(options.time);
  net::Stream connection =
      net::connect(options.host, std::to_string(options.port), begin, options.family);
  const std::string what =
      '"' + options.file + "\" from " + options.host + " port " + std::to_string(options.port);
  const std::string request = options.file + '\0';
  const auto sent = connection.send_all(wire::bytes_of(request), begin);
  if (sent.ending == net::Ending::broken) throw cli::Failure(what + fault(sent.ending, 0));
  if (sent.ending != net::Ending::full) throw cli::Failure(what + ": the server took no name");
  Progress progress(std::nullopt, output.is_terminal());
  std::array<std::uint8_t, max_at_once> buffer;
  std::string beginning;
  while (true) {
    const auto got = connection.receive_some(buffer, net::Deadline::after(options.time));
    output.write(std::span(buffer).first(got.count));
    beginning += wire::text_of(buffer).substr(0, std::min(got.count, max_line - beginning.size()));
    progress.at(output.size());
    if (got.ending == net::Ending::end) break;
    if (got.ending != net::Ending::full)
      throw cli::Failure(what + fault(got.ending, output.size()));
  }
  // The protocol has no word for it: many servers just close when there is no such file.
  if (output.size() == 0 && !options.empty) {
    throw cli::Failure(what + ": 0 bytes, no such file or an empty one (see --empty)");
  }
  if (const auto refusal = http_refusal(beginning)) {
    throw cli::Failure(what + ": a web server is there: \"" + *refusal + '"');
  }
  output.complete();
}

}  // namespace client
