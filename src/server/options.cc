#include "server/options.hh"

#include <algorithm>
#include <span>

#include "server/services.hh"

namespace server {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view four_stages = "the four stages";

// The first one is the default.
const Service service_table[] = {
    {{four_stages, 0, "", "", "the four-stage protocol, UDP", "[PORT]", 12235}, 3s, run_stages},
    {{"-c", 'c', "check", "[SEED]",
      "the same, to exercise clients: sessions as awkward as the protocol allows, and what the "
      "client did wrong; drawn from SEED (-c42), UDP",
      "[[SEED] PORT]", 12235},
     3s,
     run_exercise},
    {{"-d", 'd', "daytime", "", "the time of day, TCP and UDP", "[PORT]", 13}, 60s, run_daytime},
    {{"-e", 'e', "echo", "", "echo, TCP and UDP", "[PORT]", 7}, 600s, run_echo},
    {{"-f", 'f', "file", "DIR", "files below DIR by name, TCP", "[PORT]", 8080}, 60s, run_file},
    {{"-w", 'w', "web", "DIR", "HTTP/1.1, the files below DIR, TCP", "[PORT]", 8000}, 60s, run_web},
};

// "3 the four stages, 3 -c, 600 -e": for --help.
std::string default_silences() {
  std::string text;
  for (const Service& service : service_table) {
    text += (text.empty() ? "" : ", ") + std::string(service.option.title) + ' ' +
            std::to_string(service.silence.count());
  }
  return text;
}

std::vector<cli::Option> option_table(Options& o) {
  using net::Family;
  // clang-format off
  cli::Option rows[] = {
      {'4', "ipv4", "", "listen on IPv4 only",
       {}, cli::one_of(o.family, Family::ipv4, "-4 and -6")},
      {'6', "ipv6", "", "listen on IPv6 only",
       {}, cli::one_of(o.family, Family::ipv6, "-4 and -6")},
      {'b', "bind", "ADDRESS", "listen on this address only",
       {}, cli::call([&o](auto option, auto value) { o.address = cli::host(value, true, option); })},
      {'l', "loss", "PERCENT", "share of the data packets that are not acked; unless it is 0, one "
       "packet of each session at least",
       {four_stages}, cli::number(o.loss_percent, 0, 99)},
      {'l', "list", "", "list directories that have no index.html", {"-w"}, cli::set(o.list, true)},
      {'n', "sessions", "SESSIONS", "sessions or connections at once",
       {}, cli::number(o.sessions, 1, 30'000, cli::Digits::decimal, std::to_string(default_sessions))},
      {0, "per-host", "SESSIONS", "sessions of one host at once; without it any number",
       {four_stages, "-c"}, cli::number(o.per_host, 1, 30'000)},
      {'t', "time", "SECONDS", "silence allowed to a client",
       {}, cli::seconds(o.silence, 0.1, 86400, default_silences())},
      {'v', "verbose", "", "four stages and file: tell what happens on standard error; web: log "
       "each request on standard output",
       {four_stages, "-c", "-f", "-w"}, cli::set(o.verbose, true)},
      {0, "json", "", "a line of JSON for each session, on standard output",
       {four_stages, "-c"}, cli::set(o.json, true)},
      {0, "log", "FILE", "append to FILE what goes to standard output, or if nothing does, to "
       "standard error; SIGHUP opens it anew", {}, cli::text(o.log_file)},
      {0, "log-time", "", "begin lines on standard error with the time, also at a terminal",
       {}, cli::set(o.log_time, true)},
  };
  // clang-format on
  return {std::move_iterator(std::begin(rows)), std::move_iterator(std::end(rows))};
}

cli::Program program() {
  cli::Program program{
      "server",
      "Serves the course's four-stage protocol, or one of the lecture's other services,\n"
      "on all addresses of both families, with a thread for each session or connection.\n",
      {},
      "\nPORT replaces the default; 0 is any free port.\n",
      "\nExit status: 0 when stopped by SIGINT or SIGTERM, 1 after a failure, 2 for wrong\n"
      "usage.\n",
      {{"-p --port", "PORT is a word of its own, the last one"},
       {"-a --address --host", "an address to listen on goes with -b"}}};
  for (const Service& service : service_table) program.services.push_back(service.option);
  return program;
}

// Where an address or a directory stands in the place of a number, says where that goes.
// A name may be that of a service (http) as well, unless it has a dot or a PORT follows.
std::string hint(const std::string& word, bool port_follows) {
  constexpr std::string_view digits = "0123456789";
  const bool begins_as_number = word.find_first_of(digits) == 0;
  if (word.starts_with('.') || word.find('/') != std::string::npos) {
    const bool is_path = !begins_as_number && word.find("://") == std::string::npos;
    return is_path ? "; a directory goes with -w or -f: -w DIR PORT" : "";
  }
  if (word[0] == ':' && word.find_last_not_of(digits) == 0) return "; without the colon";
  const auto marks = std::ranges::count_if(word, [](char c) { return c == '.' || c == ':'; });
  const bool is_address =
      begins_as_number ? marks > 1 : marks > 0 || port_follows || word == "localhost";
  return is_address ? "; an address to listen on goes with -b: -b ADDRESS PORT" : "";
}

// A SEED or PORT.
std::uint64_t number(std::span<const std::string> words, std::uint64_t max, const char* what) {
  try {
    return cli::number(words[0], 0, max, what);
  } catch (const cli::UsageError& error) {
    throw cli::UsageError(error.what() + hint(words[0], words.size() > 1));
  }
}

}  // namespace

Options parse(int argc, char** argv) {
  Options options;
  const cli::CommandLine line = cli::parse(program(), option_table(options), argc, argv);
  options.service = &service_table[line.service];
  options.port = options.service->option.port;
  if (options.silence == 0ms) options.silence = options.service->silence;
  std::span<const std::string> operands(line.operands);
  if (options.service->run == run_exercise) {
    // PORT is the last word here too, and a SEED may stand before it.
    if (!line.service_argument.empty()) {
      options.seed = cli::number(line.service_argument, 0, UINT64_MAX, "SEED");
    } else if (operands.size() > 1) {
      options.seed = number(operands, UINT64_MAX, "SEED");
      operands = operands.subspan(1);
    }
  } else {
    options.directory = line.service_argument;
  }
  if (!operands.empty()) {
    options.port = static_cast<std::uint16_t>(number(operands, 65535, "PORT"));
  }
  if (operands.size() > 1) {
    throw cli::UsageError("too many operands: \"" + operands[1] + '"' + hint(operands[1], false));
  }
  return options;
}

}  // namespace server
