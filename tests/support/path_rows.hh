// Finished traces for the tests of the path picture, written as short as they can be read.
#pragma once

#include <string>
#include <vector>

#include "traceroute/networks/path_summary.hh"

namespace traceroute {

struct Row {
  const char* address;  // empty for a silent hop
  const char* name = "";
  double rtt = 1;
  const char* as = "";
  int answered = 3;  // of 3
};

// The last row is the destination if the trace reached it.
inline PathSummary path_of(const std::vector<Row>& rows, bool reached = true,
                           const std::string& host = "www.example.edu") {
  PathSummary path;
  path.host = host;
  path.reached = reached;
  path.source = "192.168.1.20";
  path.destination = reached ? rows.back().address : "192.0.2.1";
  for (const Row& row : rows) {
    PathHop hop;
    hop.ttl = static_cast<int>(path.hops.size()) + 1;
    hop.sent = 3;
    if (*row.address) {
      hop.responders = {{row.address, row.name, row.as}};
      hop.rtt = row.rtt;
      hop.answered = row.answered;
    }
    path.hops.push_back(hop);
  }
  return path;
}

// The lecture's: home, a Spanish carrier, TtlState 3 by New York and San Jose, the Pacific
// Northwest Gigapop, and the University of Washington.
inline PathSummary lecture_path() {
  return path_of(
      {
          {"192.168.1.1", "", 0.9},
          {"80.58.67.1", "xe-2-0-0-grtbcntb1.red.telefonica-wholesale.net", 9.1, "AS12956"},
          {"176.52.253.93", "", 17.0, "AS12956"},
          {"213.140.50.43", "ae5-0-grtmadde1.red.telefonica-wholesale.net", 18.2, "AS12956"},
          {"4.68.70.1", "xe-1-0-0.edge3.NewYork1.Level3.net", 100.0, "AS3356"},
          {"4.69.140.1", "ae-32-52.ebr2.NewYork1.Level3.net", 100.6, "AS3356"},
          {"4.69.140.9", "ae-4-4.ebr1.NewYork2.Level3.net", 101.1, "AS3356"},
          {"4.69.132.1", "ae-2-2.ebr4.SanJose1.Level3.net", 180.0, "AS3356"},
          {"4.69.132.9", "ae-4-4.ebr1.SanJose5.Level3.net", 180.4, "AS3356"},
          {"4.69.132.17", "", 181.0, "AS3356", 2},
          {"209.124.188.132", "ae0--4000.icar-sttl1-1.infra.pnw-gigapop.net", 200.9, "AS101"},
          {"128.95.2.1", "uwbr-ads-01.infra.washington.edu", 201.2, "AS73"},
          {"128.95.155.135", "www.washington.edu", 201.4, "AS73"},
      },
      true, "www.washington.edu");
}

}  // namespace traceroute
