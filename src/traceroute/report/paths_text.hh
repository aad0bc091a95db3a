// The parallel paths as text, and as a graph for Graphviz (dot(1)).
#pragma once

#include <string>
#include <vector>

#include "traceroute/multipath/path_graph.hh"
#include "traceroute/report/hop_text.hh"

namespace traceroute {

//  2   split.example (198.51.100.2)  10.104 ms
//  3a  a.example (198.51.100.3)  15.120 ms  flows 1,3,5-6
//  3b  b.example (198.51.100.4)  15.098 ms  flows 2,4
//  4   join.example (198.51.100.5)  20.131 ms  from 3a 3b
//
// diamond 2 -> 4: 2 wide, 2 long
//
// Where there is one node only, it has no letter, and all flows pass it.
std::string paths_text(const PathGraph& graph, const Style& style);

// What cannot be told, and why; a line each, without its end.
std::vector<std::string> warnings(const PathGraph& graph);

// Whether all next hops have been found with 95 % confidence, and if not, why.
std::string verdict(const PathGraph& graph);

// A digraph with the same nodes and the same links; those that cannot be told are not drawn.
std::string paths_dot(const PathGraph& graph, const Plan& plan, const Style& style);

}  // namespace traceroute
