// All options of a program in one list: those that choose a service, its own, and those that every
// program has.
#pragma once

#include <algorithm>

#include "cli/options.hh"

namespace cli {

struct OptionRow {
  Option option;
  bool is_common = false;  // --help, --version, --completion
};

inline bool has_option(const Service& service) {
  return service.letter != 0 || !service.name.empty();
}
// The option that chooses a service.
inline Option option_of(const Service& service) {
  return {service.letter, service.name, service.argument, service.help, {service.title}, {}, true};
}

inline std::vector<OptionRow> all_rows(const Program& program, const std::vector<Option>& options) {
  std::vector<OptionRow> rows;
  for (const Service& service : program.services) {
    if (has_option(service)) rows.push_back({option_of(service)});
  }
  for (const Option& option : options) rows.push_back({option});
  rows.push_back({{0,
                   "completion",
                   "SHELL",
                   "print what completes this program's options in SHELL: bash",
                   {},
                   {}},
                  true});
  rows.push_back({{0, "help", "", "show this text", {}, {}}, true});
  rows.push_back({{'V', "version", "", "show the version", {}, {}}, true});
  return rows;
}

inline bool belongs(const Option& option, const Service& service) {
  const auto& titles = option.services;
  return titles.empty() || std::ranges::find(titles, service.title) != titles.end();
}

// The service that an option chooses.
inline std::size_t index_of(const Program& program, const Option& option) {
  std::size_t i = 0;
  while (i + 1 < program.services.size() && program.services[i].title != option.services[0]) ++i;
  return i;
}

}  // namespace cli
