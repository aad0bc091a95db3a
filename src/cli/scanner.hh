// What the parser, --help and --completion make of a program's table of options.
#pragma once

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.hh"

namespace cli {

// --- all options of a program in one list: those that choose a service, its own, and those that
// every program has

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

inline std::vector<Option> all_rows(const Program& program, std::vector<Option> options) {
  std::vector<Option> rows;
  rows.reserve(program.services.size() + options.size() + 3);
  for (const Service& service : program.services) {
    if (has_option(service)) rows.push_back(option_of(service));
  }
  std::ranges::move(options, std::back_inserter(rows));
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

// The texts of --help and of --completion bash, from all rows.
std::string help_text(const Program& program, const std::vector<Option>& rows);
std::string completion(const Program& program, const std::vector<Option>& rows);

// --- the words of a command line, sorted into options and operands

// An option as it was typed, or a word that looks like one and is none.
struct Typed {
  const Option* row = nullptr;
  std::string option;  // "-w", "--window"
  std::string value;
  std::string fault;  // why it is none; else empty
};

// Sorts the words of a command line into options and operands, as the table has the options. Where
// a letter has two rows, the one that belongs to `service`, and without a service the one that
// takes no value.
class Scanner {
 public:
  Scanner(const Program& program, const std::vector<Option>& rows, const Service* service)
      : program_(program), rows_(rows), service_(service) {}

  void scan(std::span<char* const> words);

  std::vector<Typed> options;
  std::vector<std::string> operands;

 private:
  using Words = std::span<char* const>;
  const Option* find(char letter) const;
  const Option* find(std::string_view name, std::string& fault) const;
  std::string unknown(std::string_view option, std::string_view name) const;
  void take_long(std::string_view word, Words& rest);
  void take_letters(std::string_view word, Words& rest);
  void take(const Option& row, std::string option, std::optional<std::string_view> value,
            Words& rest);
  void fail(std::string fault) { options.push_back({nullptr, "", "", std::move(fault)}); }

  const Program& program_;
  const std::vector<Option>& rows_;
  const Service* service_;
};

}  // namespace cli
