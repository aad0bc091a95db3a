// The services from the client's side. Each throws cli::Failure, or another
// exception, with one line that says what was awaited from whom, and what came.
#pragma once

#include "cli/options.hh"
#include "client/options.hh"

namespace client {

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
