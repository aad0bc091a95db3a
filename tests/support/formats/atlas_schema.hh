// The schema that results of --json keep: every key, its type, and whether it must be there.
#pragma once

#include <string>
#include <string_view>

// What is wrong with a line, "result[3].result[0].rtt: decimal expected"; empty if nothing is.
std::string schema_violation(std::string_view line);
