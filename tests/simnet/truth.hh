// What really happened: a line per probe, for comparing with what a tool prints.
#pragma once

#include <cstdio>
#include <deque>
#include <string>

#include "simnet/model/network.hh"

namespace simnet {

// A probe and the one answer it got, or none.
struct Event {
  Span sent{};      // the probe's passing, CLOCK_REALTIME: some 1 to 2 µs before the transmit time
                    // stamp that the sender can have of it (measured: median 1.6)
  Span answered{};  // the answer's: the same as its receiver's time stamp; 0 for none
  Span monotonic{};  // `sent` on CLOCK_MONOTONIC
  Fate fate = Fate::ignored;
  bool again = false;  // a duplicate answer
  unsigned distance = 0;
  Ip responder, destination;
  unsigned ttl = 0;  // as sent
  unsigned protocol = 0, id = 0, sequence = 0;
};

// Writes a table: a line of column names, then one per event in the order in which they were
// settled. sent, answered and monotonic are nanoseconds (0: no answer), rtt_us is answered - sent
// in microseconds (-1: no answer); fate is a fate_name(), with "-again" for a duplicate; id and
// sequence are Probe's. Lines are kept in memory until flush(), called when nothing is due.
class Truth {
 public:
  // An empty path: nothing is kept.
  explicit Truth(const std::string& path);
  ~Truth();
  Truth(const Truth&) = delete;
  Truth& operator=(const Truth&) = delete;

  void record(const Event& event);
  // An answer has been written; the time comes with confirm().
  void await(const Event& event, Packet answer);
  // The kernel has let this answer pass.
  void confirm(wire::Bytes answer, Span real);
  void flush();

 private:
  struct Awaited {
    Event event;
    Packet answer;
  };
  std::FILE* file_ = nullptr;
  std::string lines_;
  std::deque<Awaited> awaited_;
};

}  // namespace simnet
