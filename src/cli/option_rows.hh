// All options of a program in one list: those that choose a service, its own, and those that every
// program has.
#pragma once

#include <algorithm>

#include "cli/options.hh"

namespace cli {

inline bool has_option(const Service& service) {
  return service.letter != 0 || !service.name.empty();
}
// The option that chooses a service.
inline Option option_of(const Service& service) {
  return {.letter = service.letter,
          .name = service.name,
          .argument = service.argument,
          .help = service.help,
          .services = {service.title},
          .chooses = true};
}

inline std::vector<Option> all_rows(const Program& program, const std::vector<Option>& options) {
  std::vector<Option> rows;
  for (const Service& service : program.services) {
    if (has_option(service)) rows.push_back(option_of(service));
  }
  rows.insert(rows.end(), options.begin(), options.end());
  rows.push_back({.name = "completion",
                  .argument = "SHELL",
                  .help = "print what completes this program's options in SHELL: bash",
                  .is_common = true});
  rows.push_back({.name = "help", .help = "show this text", .is_common = true});
  rows.push_back({.letter = 'V', .name = "version", .help = "show the version", .is_common = true});
  return rows;
}

inline bool belongs(const Option& option, const Service& service) {
  const auto& titles = option.services;
  return titles.empty() || std::ranges::find(titles, service.title) != titles.end();
}

}  // namespace cli
