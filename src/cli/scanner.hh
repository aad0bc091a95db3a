// The words of a command line, sorted into options and operands.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/option_rows.hh"

namespace cli {

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
