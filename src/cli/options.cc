#include "cli/options.hh"

#include <algorithm>

#include "cli/scanner.hh"
#include "wire/text.hh"

namespace cli {

namespace {

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
    if (has_option(service) || !service.mark.empty()) titles.push_back(service.title);
  }
  throw UsageError("one of " + listed(titles, " and ") + " at a time");
}

[[noreturn]] void refuse(const Typed& typed, const std::vector<Option>& rows,
                         const Service& service) {
  std::vector<std::string_view> titles;
  const bool by_letter = !typed.option.starts_with("--");
  for (const Option& row : rows) {
    if (&row != typed.row && !(by_letter && row.letter == typed.row->letter)) continue;
    titles.insert(titles.end(), row.services.begin(), row.services.end());
  }
  throw UsageError(typed.option + " goes with " + listed(titles, " or ") + ", not with " +
                   std::string(service.title));
}

// Whether the first operand chooses a service, by the mark that it contains.
bool is_chosen_by(const Service& service, const std::vector<std::string>& operands) {
  return !service.mark.empty() && !operands.empty() &&
         operands[0].find(service.mark) != std::string::npos;
}

// The service that the options and the first operand choose. Options win, so that the other choice
// is the one refused.
std::size_t choose(const Program& program, const Scanner& found) {
  for (const Typed& typed : found.options) {
    if (typed.row && typed.row->chooses) {
      const auto chosen =
          std::ranges::find(program.services, typed.row->services[0], &Service::title);
      return static_cast<std::size_t>(chosen - program.services.begin());
    }
  }
  for (std::size_t i = 0; i < program.services.size(); ++i) {
    if (is_chosen_by(program.services[i], found.operands)) return i;
  }
  return 0;
}

[[noreturn]] void answer(const Program& program, const std::vector<Option>& rows,
                         const Typed& typed) {
  if (typed.row->name == "help") throw Answer(help_text(program, rows));
  if (typed.row->name == "version") throw Answer(version_text());
  if (typed.value == "bash") throw Answer(completion(program, rows));
  throw UsageError(typed.option + " \"" + typed.value + "\": bash expected");
}

}  // namespace

CommandLine parse(const Program& program, std::vector<Option> options, int argc, char** argv) {
  const std::vector<Option> rows = all_rows(program, std::move(options));
  const std::span<char* const> words(argv + std::min(argc, 1), argv + argc);
  Scanner first(program, rows, nullptr);
  first.scan(words);
  CommandLine line;
  line.service = choose(program, first);
  const Service& service = program.services[line.service];
  Scanner scanner(program, rows, &service);
  scanner.scan(words);
  for (const Typed& typed : scanner.options) {
    if (!typed.row) throw UsageError(typed.fault);
    const Option& option = *typed.row;
    if (option.is_common) answer(program, rows, typed);
    const bool fits = belongs(option, service);
    if (option.chooses && !fits) refuse_second_service(program);
    if (!fits) refuse(typed, rows, service);
    if (option.value.store) {
      option.value.store(typed.option, typed.value);
    } else {
      if (!line.service_argument.empty() && line.service_argument != typed.value) {
        throw UsageError(typed.option + " \"" + typed.value + "\": it is \"" +
                         line.service_argument + "\" already");
      }
      line.service_argument = typed.value;
    }
  }
  line.operands = std::move(scanner.operands);
  for (const Service& other : program.services) {
    if (&other != &service && is_chosen_by(other, line.operands)) refuse_second_service(program);
  }
  return line;
}

Value seconds(std::chrono::milliseconds& field, double min, double max, std::string preset) {
  if (preset.empty()) preset = wire::format("%g", std::chrono::duration<double>(field).count());
  return {wire::format("%g to %g", min, max), std::move(preset),
          [=, &field](std::string_view option, std::string_view value) {
            // Rounded: 1.001 * 1000 is a little less than 1001.
            const double milliseconds = seconds(value, min, max, option) * 1000 + 0.5;
            field = std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds));
          }};
}

}  // namespace cli
