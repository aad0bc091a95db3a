// Whether a text is well-formed XML of the plain kind that this project writes, and harmless.
#pragma once

#include <string>
#include <string_view>

// Empty if it is: elements closed in order, attributes quoted and each once, entities only of
// markup, printable UTF-8 without bidirectional marks. No declarations, comments, instructions or
// CDATA; no scripts, links, images, event attributes or anything that is fetched.
std::string xml_fault(std::string_view text);
