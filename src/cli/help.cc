#include "cli/scanner.hh"

namespace cli {

namespace {

constexpr std::size_t text_width = 80;
constexpr std::size_t text_column = 27;

// The first word of a text, which ends at a space outside brackets: "[-i STUDENT_ID]" is one.
std::string_view first_word(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[') ++depth;
    if (text[i] == ']') --depth;
    if (text[i] == ' ' && depth == 0) return text.substr(0, i);
  }
  return text;
}

// Appends words to the last line of a text, and begins another one, indented, where they do not
// fit.
void append_words(std::string& text, std::string_view words, std::size_t indent) {
  std::size_t column = text.size() - (text.rfind('\n') + 1);
  while (!words.empty()) {
    const std::string_view word = first_word(words);
    words.remove_prefix(std::min(word.size() + 1, words.size()));
    const bool begins = column <= indent;
    if (!begins && column + 1 + word.size() > text_width) {
      text += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (!begins) {
      text += ' ';
      ++column;
    }
    text += word;
    column += word.size();
  }
}

void append_entry(std::string& text, const std::string& label, std::string_view words) {
  std::string entry = "  " + label;
  if (entry.size() + 1 > text_column) entry += '\n';
  entry.resize(entry.ends_with('\n') ? entry.size() + text_column : text_column, ' ');
  append_words(entry, words, text_column);
  text += entry + '\n';
}

// "-j JOBS", "-c[SEED]", "--check[=SEED]", "--json".
std::string with_argument(std::string option, std::string_view argument) {
  const bool is_long = option.starts_with("--");
  if (argument.empty()) return option;
  if (!argument.starts_with('[')) {
    option += ' ';
  } else if (is_long) {
    option += "[=";
    argument.remove_prefix(1);
  }
  return option.append(argument);
}

std::string letter_of(const Option& option) { return std::string("-") + option.letter; }
std::string name_of(const Option& option) { return "--" + std::string(option.name); }

// As usage and errors show it: by its letter where it has one.
std::string shown(const Option& option) {
  return with_argument(option.letter != 0 ? letter_of(option) : name_of(option), option.argument);
}

std::string label(const Option& option) {
  if (option.name.empty()) return with_argument(letter_of(option), option.argument);
  const std::string letter = option.letter != 0 ? letter_of(option) + ", " : "    ";
  return letter + with_argument(name_of(option), option.argument);
}

// "with -c: ", or the exceptions where these are fewer.
std::string services_of(const Option& option, const Program& program) {
  if (option.services.empty() || option.chooses) return "";
  std::string with, without;
  std::size_t count = 0;
  for (const Service& service : program.services) {
    const bool fits = belongs(option, service);
    std::string& list = fits ? with : without;
    list += (list.empty() ? "" : ", ") + std::string(service.title);
    count += fits ? 1 : 0;
  }
  return count * 2 > program.services.size() ? "not with " + without + ": " : "with " + with + ": ";
}

std::string usage(const Program& program, const std::vector<Option>& rows) {
  std::string text;
  for (const Service& service : program.services) {
    std::string line = (text.empty() ? "usage: " : "       ") + std::string(program_name()) + ' ';
    const std::size_t indent = line.size();
    std::string flags, others;
    // A variant of the first service, and not another one: only what it has besides.
    const bool brief = service.letter == 0 && !service.name.empty();
    for (const Option& option : rows) {
      if (option.is_common || option.help.empty() || !belongs(option, service)) continue;
      if (brief && belongs(option, program.services[0])) continue;
      if (option.chooses && option.name == service.name) {
        append_words(line, shown(option), indent);
      } else if (option.letter != 0 && option.argument.empty()) {
        flags += option.letter;
      } else {
        others += "[" + shown(option) + "] ";
      }
    }
    if (!flags.empty()) append_words(line, "[-" + flags + "]", indent);
    append_words(line, others + (brief ? "[OPTION...] " : "") + std::string(service.operands),
                 indent);
    text += line + '\n';
  }
  return text;
}

}  // namespace

std::string help_text(const Program& program, const std::vector<Option>& rows) {
  std::string text = usage(program, rows) + '\n' + std::string(program.about) + '\n';
  for (const Service& service : program.services) {
    if (service.help.empty()) continue;
    const std::string by_mark(service.mark.empty() ? "" : service.operands);
    append_entry(text, has_option(service) ? label(option_of(service)) : by_mark,
                 std::string(service.help) +
                     (service.port == 0 ? "" : " port " + std::to_string(service.port)));
  }
  text += std::string(program.notes) + '\n';
  for (const Option& option : rows) {
    const bool is_service = option.chooses && !option.value.store;
    if (option.help.empty() || is_service) continue;
    std::string words = services_of(option, program) + std::string(option.help);
    if (!option.value.range.empty()) words += ", " + option.value.range;
    if (!option.value.preset.empty()) words += " (" + option.value.preset + ")";
    append_entry(text, label(option), words);
  }
  return text + std::string(program.ending);
}

std::string completion(const Program& program, const std::vector<Option>& rows) {
  std::string name;  // as the shell reads it within quotes
  for (const char c : program_name()) name += c == '\'' ? "'\\''" : std::string(1, c);
  std::string words;
  for (const Option& option : rows) {
    if (option.help.empty()) continue;
    if (option.letter != 0) words += letter_of(option) + ' ';
    if (!option.name.empty()) words += name_of(option) + ' ';
  }
  words.pop_back();
  const std::string function = "_sockhop_" + std::string(program.name);
  return function + "() {\n  COMPREPLY=()\n  [[ $2 != -* ]] || COMPREPLY=($(compgen -W '" + words +
         "' -- \"$2\"))\n}\ncomplete -o default -F " + function + " -- '" + name + "'\n";
}

}  // namespace cli
