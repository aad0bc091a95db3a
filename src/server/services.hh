// The services, one of which a server gives: each listens, says where on stderr, and serves until
// `stop` becomes readable.
#pragma once

#include <chrono>

#include "cli/options.hh"
#include "server/options.hh"
#include "server/service_log.hh"

namespace server {

struct Service {
  cli::Service option;
  std::chrono::seconds silence;  // that a client is allowed by default
  void (*run)(const Options& options, ServiceLog& log, int stop);
};

void run_stages(const Options& options, ServiceLog& log, int stop);
// The four stages with awkward sessions, to exercise clients.
void run_exercise(const Options& options, ServiceLog& log, int stop);
void run_daytime(const Options& options, ServiceLog& log, int stop);
void run_echo(const Options& options, ServiceLog& log, int stop);
void run_file(const Options& options, ServiceLog& log, int stop);
void run_web(const Options& options, ServiceLog& log, int stop);

}  // namespace server
