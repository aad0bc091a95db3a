// The file service, the textbook's Internet file server (Tanenbaum and Wetherall, Computer
// Networks, section 6.1.4): the client sends a name that ends in NUL, gets the bytes, then the
// close.
#pragma once

#include <chrono>

#include "net/address.hh"
#include "net/stream.hh"
#include "server/document_root.hh"

namespace server {

// Sends one file below `root`. A file that is not given, and one that becomes shorter while it is
// sent, ends in a reset: an empty file ends in a clean close.
void serve_file(net::Stream& connection, const net::Address& peer, DocumentRoot& root,
                std::chrono::milliseconds silence, bool log);

}  // namespace server
