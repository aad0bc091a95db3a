// The land and the borders of countries that a map shows.
#pragma once

#include <string>

#include "traceroute/map/projection.hh"

namespace traceroute {

// As data of SVG paths, in tenths of the sheet's unit, cut off outside of it.
std::string land(const Projection& projection);
std::string borders(const Projection& projection);

}  // namespace traceroute
