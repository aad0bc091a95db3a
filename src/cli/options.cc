#include "cli/options.hh"

#include <algorithm>

#include "cli/option_rows.hh"

namespace cli {

namespace {

// An option as it was typed, or a word that looks like one and is none.
struct Typed {
  const Row* row = nullptr;
  std::string option;  // "-w", "--window"
  std::string value;
  std::string fault;  // why it is none; else empty
};

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

// Sorts the words of a command line into options and operands, as the table has the options. Where
// a letter has two rows, the one that belongs to `service`, and without a service the one that
// takes no value.
class Scanner {
 public:
  Scanner(const Program& program, const std::vector<Row>& rows, const Service* service)
      : program_(program), rows_(rows), service_(service) {}

  void scan(std::span<char* const> words) {
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
      } else {
        operands.emplace_back(word);
      }
    }
  }

  std::vector<Typed> options;
  std::vector<std::string> operands;

 private:
  using Words = std::span<char* const>;
  const Row* find(char letter) const;
  const Row* find(std::string_view name, std::string& fault) const;
  std::string unknown(std::string_view option, std::string_view name) const;
  void take_long(std::string_view word, Words& rest);
  void take_letters(std::string_view word, Words& rest);
  void take(const Row& row, std::string option, std::optional<std::string_view> value, Words& rest);
  void fail(std::string fault) { options.push_back({nullptr, "", "", std::move(fault)}); }

  const Program& program_;
  const std::vector<Row>& rows_;
  const Service* service_;
};

const Row* Scanner::find(char letter) const {
  const Row* found = nullptr;
  for (const Row& row : rows_) {
    if (row.option.letter != letter) continue;
    if (!found || (service_ ? belongs(row.option, *service_) : row.option.argument.empty())) {
      found = &row;
    }
  }
  return found;
}

// By the name, or by a beginning that no other name has.
const Row* Scanner::find(std::string_view name, std::string& fault) const {
  const Row* found = nullptr;
  for (const Row& row : rows_) {
    if (row.option.name == name) return &row;
    if (name.empty() || !row.option.name.starts_with(name)) continue;
    if (found) {
      fault = "--" + std::string(name) + " may be --" + std::string(found->option.name) + " or --" +
              std::string(row.option.name);
    }
    found = &row;
  }
  if (!found) fault = unknown("--" + std::string(name), name);
  return fault.empty() ? found : nullptr;
}

std::string Scanner::unknown(std::string_view option, std::string_view name) const {
  const std::string fault = "there is no option " + std::string(option);
  if (option == "-h" || option == "-?") return fault + ": the help is --help";
  for (const Hint& hint : program_.hints) {
    if (hint.option == option) return fault + ": " + std::string(hint.text);
  }
  std::string_view nearest;
  std::size_t least = name.size() < 4 ? 2 : 3;  // one letter wrong, or two of a longer name
  for (const Row& row : rows_) {
    const std::size_t distance = edit_distance(name, row.option.name);
    if (row.option.help.empty() || distance >= least || row.option.name.empty()) continue;
    least = distance;
    nearest = row.option.name;
  }
  return nearest.empty() ? fault : fault + "; is --" + std::string(nearest) + " meant?";
}

void Scanner::take(const Row& row, std::string option, std::optional<std::string_view> value,
                   Words& rest) {
  const std::string& argument = row.option.argument;
  if (!value && !argument.empty() && !argument.starts_with('[')) {
    if (rest.empty()) return fail(option + " needs a value: " + argument);
    value = rest.front();
    rest = rest.subspan(1);
  }
  options.push_back({&row, std::move(option), std::string(value.value_or("")), ""});
}

void Scanner::take_long(std::string_view word, Words& rest) {
  const std::size_t equals = word.find('=');
  std::optional<std::string_view> value;
  if (equals != std::string_view::npos) value = word.substr(equals + 1);
  std::string fault;
  const Row* const row = find(word.substr(0, equals).substr(2), fault);
  if (!row) return fail(fault);
  if (value && row->option.argument.empty()) {
    return fail(std::string(word) + ": this option takes no value");
  }
  take(*row, "--" + std::string(row->option.name), value, rest);
}

void Scanner::take_letters(std::string_view word, Words& rest) {
  for (std::size_t i = 1; i < word.size(); ++i) {
    const Row* const row = find(word[i]);
    const std::string option = std::string("-") + word[i];
    if (!row) {
      fail(unknown(option, ""));
      continue;
    }
    std::optional<std::string_view> value;
    const bool takes_value = !row->option.argument.empty();
    if (takes_value && i + 1 < word.size()) value = word.substr(i + 1);
    take(*row, option, value, rest);
    if (takes_value) return;
  }
}

// "a", "a or b", "a, b or c".
std::string listed(const std::vector<std::string_view>& titles, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < titles.size(); ++i) {
    if (i > 0) text += i + 1 < titles.size() ? ", " : last;
    text += titles[i];
  }
  return text;
}

[[noreturn]] void refuse_second_service(const Program& program) {
  std::vector<std::string_view> titles;
  for (const Service& service : program.services) {
    if (service.letter != 0 || !service.name.empty() || !service.mark.empty()) {
      titles.push_back(service.title);
    }
  }
  throw UsageError("one of " + listed(titles, " and ") + " at a time");
}

[[noreturn]] void refuse(const Typed& typed, const std::vector<Row>& rows, const Service& service) {
  std::vector<std::string_view> titles;
  const bool by_letter = !typed.option.starts_with("--");
  for (const Row& row : rows) {
    if (&row != typed.row && !(by_letter && row.option.letter == typed.row->option.letter))
      continue;
    titles.insert(titles.end(), row.option.services.begin(), row.option.services.end());
  }
  throw UsageError(typed.option + " goes with " + listed(titles, " or ") + ", not with " +
                   std::string(service.title));
}

// The service that the options and the first operand choose. Options win, so that the other choice
// is the one refused.
std::size_t choose(const Program& program, const Scanner& found) {
  for (const Typed& typed : found.options) {
    if (typed.row && typed.row->option.chooses) return index_of(program, typed.row->option);
  }
  for (std::size_t i = 0; i < program.services.size() && !found.operands.empty(); ++i) {
    const std::string_view mark = program.services[i].mark;
    if (!mark.empty() && found.operands[0].find(mark) != std::string::npos) return i;
  }
  return 0;
}

std::string answer(const Program& program, const std::vector<Option>& options, const Typed& typed) {
  if (typed.row->option.name == "help") return help_text(program, options);
  if (typed.row->option.name == "version") return version_text();
  if (typed.value != "bash")
    throw UsageError(typed.option + " \"" + typed.value + "\": bash expected");
  return completion(program, options);
}

CommandLine parse_words(const Program& program, const std::vector<Option>& options,
                        const std::vector<Row>& rows, std::span<char* const> words) {
  Scanner first(program, rows, nullptr);
  first.scan(words);
  CommandLine line;
  line.service = choose(program, first);
  const Service& service = program.services[line.service];
  Scanner scanner(program, rows, &service);
  scanner.scan(words);
  for (const Typed& typed : scanner.options) {
    if (!typed.row) throw UsageError(typed.fault);
    const Option& option = typed.row->option;
    if (typed.row->is_common) {
      line.answer = answer(program, options, typed);
      return line;
    }
    const bool fits = belongs(option, service);
    if (option.chooses && !fits) refuse_second_service(program);
    if (!fits) refuse(typed, rows, service);
    if (option.value.store) {
      option.value.store(typed.option, typed.value);
    } else {
      if (typed.value.empty() && !option.argument.empty() && !option.argument.starts_with('[')) {
        throw UsageError(typed.option + " \"\": " + option.argument + " is empty");
      }
      line.service_argument = typed.value;
    }
  }
  line.operands = std::move(scanner.operands);
  for (const Service& other : program.services) {
    if (&other != &service && !other.mark.empty() && !line.operands.empty() &&
        line.operands[0].find(other.mark) != std::string::npos) {
      refuse_second_service(program);
    }
  }
  return line;
}

}  // namespace

CommandLine parse(const Program& program, const std::vector<Option>& options, int argc,
                  char** argv) {
  const std::vector<Row> rows = all_rows(program, options);
  const std::span<char* const> words(argv + std::min(argc, 1), argv + argc);
  try {
    return parse_words(program, options, rows, words);
  } catch (const UsageError& error) {
    // A long name with one hyphen was read as letters: say what may have been meant.
    for (const std::string_view word : words) {
      for (const Row& row : rows) {
        if (row.option.name.size() > 1 && word == '-' + std::string(row.option.name)) {
          throw UsageError(error.what() + std::string("; is -") + std::string(word) + " meant?");
        }
      }
    }
    throw;
  }
}

Value text(std::string& field) {
  return {"", "", [&field](std::string_view option, std::string_view value) {
            if (value.empty()) throw UsageError(std::string(option) + ": the name is empty");
            field = value;
          }};
}

Value seconds(std::chrono::milliseconds& field, double min, double max, std::string preset) {
  char range[48];
  std::snprintf(range, sizeof range, "%g to %g", min, max);
  return {range, std::move(preset), [=, &field](std::string_view option, std::string_view value) {
            field = std::chrono::milliseconds(
                static_cast<std::int64_t>(seconds(value, min, max, option) * 1000));
          }};
}

Value seconds(std::chrono::milliseconds& field, double min, double max) {
  char preset[32];
  std::snprintf(preset, sizeof preset, "%g", std::chrono::duration<double>(field).count());
  return seconds(field, min, max, preset);
}

}  // namespace cli
