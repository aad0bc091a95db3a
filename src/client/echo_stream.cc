#include <unistd.h>

#include <array>
#include <span>
#include <string>

#include "cli/program.hh"
#include "client/services.hh"
#include "client/standard_io.hh"
#include "net/address.hh"
#include "net/connect.hh"
#include "net/stream.hh"
#include "net/wait.hh"

namespace client {

namespace {

constexpr std::size_t max_at_once = 65536;

}  // namespace

void echo_stream(const Options& options) {
  const auto begin = net::Deadline::after(options.time);
  net::Stream connection(
      net::connect_tcp(net::resolve(options.host, options.port, options.family, begin), begin));
  const std::string server = options.host + " port " + std::to_string(options.port);

  std::array<std::uint8_t, max_at_once> input, reply;
  std::span<std::uint8_t> unsent;
  bool input_ended = false;
  std::uint64_t sent = 0, received = 0;
  while (true) {
    // Whoever types may take his time; the server may not, once it owes an answer.
    const bool owed = input_ended || received < sent || !unsent.empty();
    net::Interest interests[] = {{STDIN_FILENO, unsent.empty() && !input_ended},
                                 {connection.get(), true, !unsent.empty()}};
    if (!net::wait_for(interests, owed ? net::Deadline::after(options.time) : net::Deadline())) {
      throw cli::Failure("awaited " + std::to_string(sent - received) + " more bytes from " +
                         server + ": nothing came for " + cli::text(options.time));
    }
    if (interests[1].readable) {
      const auto got = connection.receive_ready(reply);
      write_all(STDOUT_FILENO, std::span(reply).first(got.count), "standard output");
      received += got.count;
      const bool broken = got.ending == net::Ending::broken;
      if (broken || got.ending == net::Ending::end) {
        if (input_ended && received == sent && !broken) return;
        throw cli::Failure(server + (broken ? " broke" : " closed") + " the connection after " +
                           std::to_string(received) + " bytes of " + std::to_string(sent) +
                           (input_ended ? "" : " and before the end of the input"));
      }
    }
    if (interests[0].readable) {
      unsent = read_input(input);
      input_ended = unsent.empty();
      if (input_ended) connection.half_close();
    }
    if (!unsent.empty()) {
      const auto moved = connection.send_ready(unsent);
      sent += moved.count;
      unsent = unsent.subspan(moved.count);
    }
  }
}

}  // namespace client
