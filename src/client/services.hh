// What can be typed on the client's command line, and the services from the client's side. Each
// throws cli::Failure, or another exception, with one line that says what was awaited from whom,
// and what came.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "cli/options.hh"
#include "net/address.hh"

namespace client {

struct Service;

struct Options {
  const Service* service = nullptr;
  net::Family family = net::Family::any;
  bool verbose = false;
  std::uint16_t student_id = 461;
  std::uint32_t window = 1;                // packets in flight in stage b
  std::chrono::milliseconds time{60'000};  // on the whole run, or silence of a server
  std::size_t jobs = 64;                   // checks at once
  std::optional<std::size_t> only;         // this check, or those of this hundred
  bool json = false;                       // the report of the checks
  bool datagrams = false;                  // -e: a datagram for each line
  std::string file;                        // -f: the name to ask for
  bool empty = false;                      // -f: 0 bytes are a file
  std::string output;  // -o: where the file or page goes; standard output when empty
  bool keep = false;   // -k: an incomplete page, and go on with one
  std::string host;    // or the URL
  std::uint16_t port = 0;
};

// Throws cli::UsageError and cli::Answer.
Options parse(int argc, char** argv);

// A service: how it is chosen, and what does it. Returns the exit status.
struct Service {
  cli::Service option;
  int (*run)(const Options& options);
};

// All four stages, one after the other; prints each secret as it is known.
void go_through_stages(const Options& options);
// Makes every check of a four-stage server, and reports in TAP on standard output. Returns the exit
// status: 0 if the server keeps every rule of the handout, otherwise 1.
int check_server(const Options& options);
// Standard input to an echo server, what comes back to standard output, both ways at once.
void echo_stream(const Options& options);
// The same with a datagram a line; names the lines whose datagrams were lost.
void echo_datagrams(const Options& options);
// One file from a file server: sends the name and a NUL, takes the bytes until the close.
void get_file(const Options& options);
// One page from a web server. Follows redirects.
void get_web(const Options& options);

}  // namespace client
