// The services, one of which a server gives: each listens, says where on stderr, and serves until
// `stop` becomes readable.
#pragma once

#include "server/options.hh"

namespace server {

void run_stages(const Options& options, int stop);
void run_echo(const Options& options, int stop);
void run_file(const Options& options, int stop);
void run_web(const Options& options, int stop);

}  // namespace server
