// The command line.
#pragma once

#include <optional>
#include <string>

#include "cli/options.hh"
#include "net/address.hh"
#include "traceroute/probe/probe_socket.hh"
#include "traceroute/trace/plan.hh"

namespace traceroute {

struct Options {
  net::Family family = net::Family::any;
  bool family_typed = false;               // and not only by the program's name
  bool both_families = false;              // trace an address of each
  bool reached = false;                    // exit status 1 unless the destination answered
  Plan plan;                               // all but the destination
  std::optional<std::size_t> packet_size;  // with the IP header
  // Of the probes; a random one if none is asked for.
  std::optional<std::uint16_t> first_sequence;
  std::string source;  // an address, or empty
  ProbeSocketOptions socket;
  std::uint32_t flow_label = 0;
  bool numeric = false;
  bool extensions = false;
  bool origins = false;
  bool way_back = false;

  bool json = false;                  // results as JSON, a line for each
  std::string targets;                // a file of targets instead of a host, "-" for standard input
  std::optional<unsigned> rate;       // packets a second
  bool paths = false;                 // find all parallel paths instead of tracing one
  std::optional<std::uint32_t> seed;  // of their flows
  bool dot = false;                   // and show them for Graphviz

  bool watch = false;                       // watch the path instead of tracing it once,
  Time interval = std::chrono::seconds(1);  // a round in each of these,
  std::optional<std::uint64_t> rounds;      // and no more than these
  std::string log;                          // a file for what happens to the path

  bool map = false;        // draw all paths on a map instead of telling their hops
  bool networks = false;   // draw the path as networks after the trace
  bool explained = false;  // and say how each was guessed
};

// Reads the options and operands. A program called by a name that ends in 4 or 6 prefers that
// family. Throws cli::UsageError and cli::Answer.
Options parse_options(int argc, char** argv);

// The size of a packet with its IP header: as asked for, else the usual one; never too small for an
// ICMP header.
std::size_t packet_size(const Options& options, net::Family family);
// What a plan's packets are like depends on the destination, too.
void set_destination(Plan& plan, const net::Address& destination, const Options& options);

}  // namespace traceroute
