#include <unistd.h>

#include <array>
#include <span>
#include <string>

#include "cli/program.hh"
#include "client/echo_check.hh"
#include "client/services.hh"
#include "client/standard_io.hh"
#include "net/connect.hh"
#include "net/stream.hh"
#include "net/wait.hh"

namespace client {

constexpr std::size_t max_at_once = 65536;
constexpr std::size_t max_owed = 64 << 20;  // no more is sent while the server holds back so much

void echo_stream(const Options& options) {
  const auto begin = net::Deadline::after(options.time);
  net::Stream connection =
      net::connect(options.host, std::to_string(options.port), begin, options.family);
  const std::string server = options.host + " port " + std::to_string(options.port);

  std::array<std::uint8_t, max_at_once> input, reply;
  std::span<std::uint8_t> unsent;
  bool input_ended = false;
  std::uint64_t sent = 0;
  Owed owed;
  net::Deadline silence;  // begins when the server owes an answer, and again with all that it does
  while (true) {
    // Whoever types may take his time; the server may not, once it owes an answer.
    const bool awaited = input_ended || owed.size() > 0 || !unsent.empty();
    if (!awaited) silence = {};
    if (awaited && silence.never()) silence = net::Deadline::after(options.time);
    const bool room = unsent.empty() && owed.size() < max_owed;
    net::Interest interests[] = {{STDIN_FILENO, room && !input_ended},
                                 {connection.get(), true, !unsent.empty()}};
    if (!net::wait_for(interests, silence)) {
      std::string what = "awaited ";
      what += owed.size() > 0 ? std::to_string(owed.size()) + " more bytes" : "the end";
      what += " from " + server + ": nothing came for " + cli::text(options.time);
      throw cli::Failure(what);
    }
    if (interests[1].readable || interests[1].writable) silence = {};
    if (interests[1].readable) {
      const auto got = connection.receive_ready(reply);
      const auto came = std::span(reply).first(got.count);
      write_all(STDOUT_FILENO, came, "standard output");
      if (const auto words = owed.take(came)) throw cli::Failure(server + ": " + *words);
      const bool broken = got.ending == net::Ending::broken;
      if (broken || got.ending == net::Ending::end) {
        if (input_ended && owed.size() == 0 && !broken) return;
        throw cli::Failure(server + (broken ? " broke" : " closed") + " the connection after " +
                           std::to_string(owed.returned()) + " bytes of " + std::to_string(sent) +
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
      owed.add(unsent.first(moved.count));
      unsent = unsent.subspan(moved.count);
    }
  }
}

}  // namespace client
