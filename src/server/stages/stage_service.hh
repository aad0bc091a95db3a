// The four-stage service: answers each right a1 with a session of its own.
#pragma once

#include <vector>

#include "net/listener.hh"
#include "net/thread_pool.hh"
#include "server/stages/stage_session.hh"

namespace server {

// Serves until `stop` becomes readable, then ends the sessions. What does not hold a right a1 costs
// no thread and no port: it is answered by silence and, within bounds, a line on stderr.
void serve_stages(const std::vector<net::Listener>& listeners, net::ThreadPool& pool,
                  const StageRules& rules, int stop);

}  // namespace server
