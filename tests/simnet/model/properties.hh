// The properties of a hop or a target, as words of its line.
#pragma once

#include "simnet/model/line.hh"

namespace simnet {

[[nodiscard]] bool is_property(const std::string& word);

// The rest of the line: changes to these properties. Throws DescriptionError.
Properties parse_properties(Line& line, Properties properties);

}  // namespace simnet
