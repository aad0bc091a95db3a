#include "cli/scanner.hh"

#include "wire/text.hh"

namespace cli {

namespace {

// Whether a word may be an option's name mistyped: a letter is missing, wrong or too many, or two
// of a long name, or two stand in each other's place.
bool is_like(std::string_view word, std::string_view name) {
  const std::size_t max_wrong = name.size() < 7 ? 1 : 2;
  const auto first = std::ranges::mismatch(word, name);
  word.remove_prefix(static_cast<std::size_t>(first.in1 - word.begin()));
  name.remove_prefix(static_cast<std::size_t>(first.in2 - name.begin()));
  while (!word.empty() && !name.empty() && word.back() == name.back()) {
    word.remove_suffix(1);
    name.remove_suffix(1);
  }
  const bool exchanged = word.size() == 2 && std::ranges::is_permutation(word, name);
  return exchanged || std::max(word.size(), name.size()) <= max_wrong;
}

// A dash of Unicode: what word processors make of a hyphen, in what is pasted from there.
bool begins_with_dash(std::string_view word) {
  const char32_t first = wire::first_character(word).code;
  return (first >= 0x2010 && first <= 0x2015) || first == 0x2212;
}

}  // namespace

void Scanner::scan(std::span<char* const> words) {
  while (!words.empty()) {
    const std::string_view word = words.front();
    words = words.subspan(1);
    if (word == "--") {
      operands.insert(operands.end(), words.begin(), words.end());
      return;
    }
    if (word.starts_with("--")) {
      take_long(word, words);
    } else if (word.starts_with('-') && word.size() > 1) {
      take_letters(word, words);
    } else if (begins_with_dash(word)) {
      fail('"' + std::string(word) + "\": an option begins with the hyphen -, not with this dash");
    } else {
      operands.emplace_back(word);
    }
  }
}

const Option* Scanner::find(char letter) const {
  const Option* found = nullptr;
  for (const Option& row : rows_) {
    if (row.letter != letter) continue;
    if (!found || (service_ ? belongs(row, *service_) : row.argument.empty())) {
      found = &row;
    }
  }
  return found;
}

// By the name, or by a beginning that no other name has.
const Option* Scanner::find(std::string_view name, std::string& fault) const {
  const Option* found = nullptr;
  for (const Option& row : rows_) {
    if (row.name == name) return &row;
    if (name.empty() || !row.name.starts_with(name)) continue;
    if (found) {
      if (fault.empty()) {
        fault = "--" + std::string(name) + " may be --" + std::string(found->name);
      }
      fault += " or --" + std::string(row.name);
    }
    found = &row;
  }
  if (!found) fault = unknown("--" + std::string(name), name);
  return fault.empty() ? found : nullptr;
}

std::string Scanner::unknown(std::string_view option, std::string_view name) const {
  std::string fault = "there is no option " + std::string(option);
  if (option == "-h" || option == "-?") return fault + ": the help is --help";
  for (const Hint& hint : program_.hints) {
    const std::string known = ' ' + std::string(hint.options) + ' ';
    if (known.find(' ' + std::string(option) + ' ') != std::string::npos)
      return fault + ": " + std::string(hint.text);
  }
  for (const Option& row : rows_) {
    if (!row.help.empty() && !row.name.empty() && is_like(name, row.name)) {
      return fault + "; is --" + std::string(row.name) + " meant?";
    }
  }
  return fault;
}

void Scanner::take(const Option& row, std::string option, std::optional<std::string_view> value,
                   Words& rest) {
  const std::string_view argument = row.argument;
  if (!value && !argument.empty() && !argument.starts_with('[')) {
    if (rest.empty()) return fail(option + " needs a value: " + std::string(argument));
    value = rest.front();
    rest = rest.subspan(1);
  }
  // Not the same as none: of "--watch=$seconds" something has gone missing.
  if (value && value->empty()) {
    const bool is_optional = argument.starts_with('[');
    const std::string name(is_optional ? argument.substr(1, argument.size() - 2) : argument);
    return fail(option + " \"\": " + name + " is empty");
  }
  options.push_back({&row, std::move(option), std::string(value.value_or("")), ""});
}

void Scanner::take_long(std::string_view word, Words& rest) {
  const std::size_t equals = word.find('=');
  std::optional<std::string_view> value;
  if (equals != std::string_view::npos) value = word.substr(equals + 1);
  std::string fault;
  const Option* const row = find(word.substr(0, equals).substr(2), fault);
  if (!row) return fail(fault);
  if (value && row->argument.empty()) {
    return fail(std::string(word) + ": this option takes no value");
  }
  take(*row, "--" + std::string(row->name), value, rest);
}

void Scanner::take_letters(std::string_view word, Words& rest) {
  // A long name with one hyphen: -file is no -f of "ile".
  const std::string name(word.substr(1, word.find('=') - 1));
  const bool is_long =
      name.size() > 1 && std::ranges::find(rows_, name, &Option::name) != rows_.end();
  if (is_long) return fail("there is no option -" + name + "; is --" + name + " meant?");
  for (std::size_t i = 1; i < word.size(); ++i) {
    const Option* const row = find(word[i]);
    const std::string option = std::string("-") + word[i];
    if (!row) {
      std::string_view rest_of_word = word.substr(i);
      const std::string_view character = wire::take_character(rest_of_word).bytes;
      fail(unknown('-' + std::string(character), ""));
      i += character.size() - 1;
      continue;
    }
    std::optional<std::string_view> value;
    const bool takes_value = !row->argument.empty();
    if (takes_value && i + 1 < word.size()) value = word.substr(i + 1);
    take(*row, option, value, rest);
    if (takes_value) return;
  }
}

}  // namespace cli
