// The words of router names that are no places: roles, joints, and countries that may be either.
#pragma once

#include <string_view>
#include <vector>

namespace traceroute {

// The parts of a label between '-' and '_', without empty ones.
std::vector<std::string_view> parts_of(std::string_view label);

// "core12" gives "core".
std::string_view without_number(std::string_view word);

// Whether a part is what routers are called, "bb2", "core1", "rtr"; words of one or two letters
// need their number to be told from others.
bool is_role(std::string_view part);

// A code and a role are often written as one word: what stands before each role that "denvcr",
// "langbprj" may end in, three letters at least.
std::vector<std::string_view> codes_before_role(std::string_view word);

// A country or state label that is as often a role, an interface or a joint of the name.
bool is_ambiguous_region(std::string_view label);

bool is_american_state(std::string_view label);

}  // namespace traceroute
