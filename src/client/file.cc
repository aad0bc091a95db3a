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

namespace client {

namespace {

constexpr std::size_t max_at_once = 65536;

// Why a file did not come to its end, after so many bytes.
std::string fault(net::Ending ending, std::uint64_t count) {
  if (ending == net::Ending::broken && count == 0) {
    return ": the server refused it (connection reset)";
  }
  return std::string(ending == net::Ending::silent ? ": nothing more came"
                                                   : ": the connection broke") +
         " after " + std::to_string(count) + " bytes";
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
  while (true) {
    const auto got = connection.receive_some(buffer, net::Deadline::after(options.time));
    output.write(std::span(buffer).first(got.count));
    progress.at(output.size());
    if (got.ending == net::Ending::end) break;
    if (got.ending != net::Ending::full)
      throw cli::Failure(what + fault(got.ending, output.size()));
  }
  // The protocol has no word for it: many servers just close when there is no such file.
  if (output.size() == 0 && !options.empty) {
    throw cli::Failure(what + ": 0 bytes, no such file or an empty one (see --empty)");
  }
  output.complete();
}

}  // namespace client
