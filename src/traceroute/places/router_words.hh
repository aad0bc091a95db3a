// The words of router names that are no places: roles, joints, and countries that may be either.
#pragma once

#include <string_view>
#include <vector>

namespace traceroute {

// The parts of a label between '-' and '_', without empty ones.
std::vector<std::string_view> parts_of(std::string_view label);

// A label may name a link: "svl-hpr3--lax-hpr3", "chiccr5-ip-a-washcr5", "lon-to-par". How many
// parts come before those of its far end; all, when it names none.
std::size_t far_end_of_link(std::string_view label);

// "boston-bank-ic-350972-chi-b21": parts before the number of an interconnection are a customer's
// name. The number of the first part after them; 0 without one.
std::size_t after_customer(const std::vector<std::string_view>& parts);

// Whether a part is an address in hexadecimal, of IPv4 or a MAC: "4e5c0deb", "p54b7dca1".
bool is_hex_address(std::string_view part);

// "core12" gives "core".
std::string_view without_number(std::string_view word);

// Whether a part is what routers are called, "bb2", "core1", "rtr"; words of one or two letters
// need their number to be told from others.
bool is_role(std::string_view part);

// A code and a role are often written as one word: what stands before each role that "denvcr",
// "langbprj" may end in, `min_letters` at least.
std::vector<std::string_view> codes_before_role(std::string_view word, std::size_t min_letters);

// A country or state label that is as often a role, an interface or a joint of the name.
bool is_ambiguous_region(std::string_view label);

// Whether a code, with a number, is as a rule an interface: "pos5", "tun0".
bool is_interface(std::string_view word);

}  // namespace traceroute
