// The web service: HTTP/1.1, static files below one directory (RFC 9110, RFC 9112).
#pragma once

#include <chrono>

#include "cli/log.hh"
#include "net/address.hh"
#include "net/stream.hh"
#include "server/document_root.hh"

namespace server {

// What the command line sets for every connection.
struct Site {
  DocumentRoot* root = nullptr;
  // For a whole head, between requests, and for taking an answer.
  std::chrono::milliseconds silence;
  bool list = false;              // directories without an index.html
  cli::LogWriter* log = nullptr;  // of each request
};

// Answers the requests on a connection until either side wants it closed.
void serve_web(net::Stream& connection, const net::Address& peer, const Site& site);

// Tells a connection that it is one too many: 503.
void refuse_web(net::Stream& connection);

}  // namespace server
