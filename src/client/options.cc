#include "client/options.hh"

#include "client/services.hh"
#include "wire/http/field.hh"
#include "wire/http/url.hh"

namespace client {

namespace {

constexpr std::string_view four_stages = "the four stages";
constexpr std::string_view url = "a URL";

template <void (*run)(const Options&)>
int done(const Options& options) {
  run(options);
  return 0;
}

int echo(const Options& options) {
  options.datagrams ? echo_datagrams(options) : echo_stream(options);
  return 0;
}

// The first one is the default.
const Service service_table[] = {
    {{four_stages, 0, "", "", "the four stages, UDP", "HOST [PORT]", 12235},
     done<go_through_stages>},
    {{"-c", 'c', "check", "", "every check of a four-stage server, with a report in TAP, UDP",
      "HOST [PORT]", 12235},
     check_server},
    {{"-e", 'e', "echo", "",
      "standard input to an echo server, what comes back to standard output, TCP or UDP",
      "HOST [PORT]", 7},
     echo},
    {{"-f", 'f', "file", "NAME", "a file from a file server, TCP", "HOST [PORT]", 8080},
     done<get_file>},
    {{url, 0, "", "", "a page from a web server, TCP", "http://HOST[:PORT]/PATH", 80, "://"},
     done<get_web>},
};

std::vector<cli::Option> option_table(Options& o) {
  using net::Family;
  // clang-format off
  cli::Option rows[] = {
      {'4', "ipv4", "", "use IPv4 addresses only",
       {}, cli::one_of(o.family, Family::ipv4, "-4 and -6")},
      {'6', "ipv6", "", "use IPv6 addresses only",
       {}, cli::one_of(o.family, Family::ipv6, "-4 and -6")},
      {0, "empty", "", "an answer of 0 bytes is an empty file, not a missing one",
       {"-f"}, cli::set(o.empty, true)},
      {'i', "id", "STUDENT_ID", "student id in every header",
       {four_stages, "-c"}, cli::number(o.student_id, 0, 65535)},
      {'j', "jobs", "JOBS", "checks at once", {"-c"}, cli::number(o.jobs, 1, 1000)},
      {0, "json", "", "the report as JSON in place of TAP", {"-c"}, cli::set(o.json, true)},
      {'k', "keep", "", "keep an incomplete page as FILE.part, and go on with one",
       {url}, cli::set(o.keep, true)},
      {0, "only", "NUMBER", "this check only (208), or all of a stage by its hundred (200)",
       {"-c"}, cli::number(o.only, 100, 599)},
      {'o', "output", "FILE", "write the file or page to FILE, once it is whole; - is standard output",
       {"-f", url}, cli::text(o.output)},
      {'t', "time", "SECONDS", "four stages: bound on the whole run; else: silence allowed to the "
       "server",
       {four_stages, "-e", "-f", url}, cli::seconds(o.time, 0.1, 86400)},
      {'u', "udp", "", "a datagram for each line", {"-e"}, cli::set(o.datagrams, true)},
      {'v', "verbose", "", "tell every message, and each deviation of the server from the "
       "protocol, on standard error; of a web server the heads",
       {four_stages, "-c", url}, cli::set(o.verbose, true)},
      {'w', "window", "WINDOW", "packets in flight in stage b",
       {four_stages}, cli::number(o.window, 1, 1000)},
  };
  // clang-format on
  return {std::move_iterator(std::begin(rows)), std::move_iterator(std::end(rows))};
}

cli::Program program() {
  cli::Program program{
      "client",
      "Goes through the four stages of the course's protocol with the server at HOST\n"
      "and prints the four secrets, or uses one of the lecture's other services.\n",
      {},
      "\nPORT replaces the default.\n",
      "\nExit status: 0 with all four secrets, every check held, everything echoed, the\n"
      "whole file or page; 1 after a failure, and for a page of status 204, 205 or 300\n"
      "and more; 2 for wrong usage; 130 when a check is interrupted.\n",
      {{"-p --port", "PORT is the word after HOST, or part of a URL"}}};
  for (const Service& service : service_table) program.services.push_back(service.option);
  return program;
}

void read_url(const cli::CommandLine& line, const Options& options) {
  const std::string& text = line.operands[0];
  const std::string scheme = text.substr(0, text.find("://"));
  if (!wire::http::equal_ignoring_case(scheme, "http") &&
      !wire::http::equal_ignoring_case(scheme, "https")) {
    throw cli::UsageError('"' + text + "\": only http is spoken here: http://HOST[:PORT]/PATH");
  }
  if (scheme.size() == 4 && !wire::http::parse_url(text)) {
    throw cli::UsageError(
        '"' + text +
        "\": http://HOST[:PORT]/PATH expected, without a user name, HOST in ASCII "
        "(xn--... for other letters), an IPv6 address in brackets, PORT 1 to 65535");
  }
  if (line.operands.size() > 1) {
    const std::string& second = line.operands[1];
    const bool is_port = second.find_first_not_of("0123456789") == std::string::npos;
    throw cli::UsageError(
        "too many operands: \"" + second +
        (is_port ? "\"; the port of a URL is part of it: http://HOST:PORT/PATH" : "\""));
  }
  if (options.keep && (options.output.empty() || options.output == "-"))
    throw cli::UsageError("-k goes with a URL and -o FILE");
}

void read_host(const cli::CommandLine& line, Options& options) {
  const std::string& host = line.operands[0];
  if (host.find('/') != std::string::npos || host.starts_with("http:") ||
      host.starts_with("https:")) {
    throw cli::UsageError("HOST \"" + host +
                          "\": a URL begins with http://, and a HOST has no slash");
  }
  cli::host(host, true);
  if (line.operands.size() > 2) {
    throw cli::UsageError("too many operands: \"" + line.operands[2] + '"');
  }
  if (line.operands.size() == 2) {
    options.port = static_cast<std::uint16_t>(cli::number(line.operands[1], 1, 65535, "PORT"));
  }
}

}  // namespace

Options parse(int argc, char** argv) {
  Options options;
  const cli::CommandLine line = cli::parse(program(), option_table(options), argc, argv);
  if (line.operands.empty()) throw cli::UsageError("a HOST is needed");
  options.service = &service_table[line.service];
  options.port = options.service->option.port;
  options.file = line.service_argument;
  options.host = line.operands[0];
  if (options.service->option.mark.empty()) {
    read_host(line, options);
  } else {
    read_url(line, options);
  }
  return options;
}

}  // namespace client
