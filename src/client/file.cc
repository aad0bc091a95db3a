#include <array>
#include <optional>
#include <string>

#include "cli/program.hh"
#include "client/services.hh"
#include "client/standard_io.hh"
#include "client/web/download.hh"
#include "client/web/progress.hh"
#include "net/address.hh"
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
  const auto begin = net::Deadline::after(options.time);
  net::Stream connection(
      net::connect_tcp(net::resolve(options.host, options.port, options.family, begin), begin));
  const std::string what =
      '"' + options.file + "\" from " + options.host + " port " + std::to_string(options.port);
  const std::string request = options.file + '\0';
  if (connection.send_all(wire::bytes_of(request), begin).ending != net::Ending::full) {
    throw cli::Failure(what + ": the server took no name");
  }
  std::optional<Download> download;
  if (!options.output.empty()) download.emplace(options.output, false);
  const int out = download ? download->fd() : 1;
  const std::string out_name = download ? download->name() : "standard output";
  Progress progress(std::nullopt);
  std::array<std::uint8_t, max_at_once> buffer;
  std::uint64_t count = 0;
  while (true) {
    const auto got = connection.receive_some(buffer, net::Deadline::after(options.time));
    write_all(out, std::span(buffer).first(got.count), out_name);
    count += got.count;
    progress.at(count);
    if (got.ending == net::Ending::end) break;
    if (got.ending != net::Ending::full) throw cli::Failure(what + fault(got.ending, count));
  }
  if (download) download->complete();
  // The protocol has no word for it: many servers close when there is no such file.
  if (count == 0) cli::say(what + ": 0 bytes, an empty file or one that is not there");
}

}  // namespace client
