// A program's options as one table. The parser, the usage errors, --help, --completion and the test
// against the man page follow from it: a new option is one row.
//
//   std::vector<cli::Option> table(Options& o) {
//     return {{'j', "jobs", "JOBS", "checks at once", {"-c"}, cli::number(o.jobs, 1, 1000)},
//             {'v', "verbose", "", "print every message", {}, cli::set(o.verbose, true)}};
//   }
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/program.hh"

namespace cli {

// What an option's value may be, and where it goes.
struct Value {
  std::string range;   // as --help and errors say it: "1 to 1000"; may be empty
  std::string preset;  // the value without the option: "64"; may be empty
  // Checks and stores the value of an option, which is empty only if it has none. `option` is how
  // it was typed: "-j". Throws UsageError.
  std::function<void(std::string_view option, std::string_view value)> store;
};

struct Option {
  char letter = 0;                              // 0: the long name only
  std::string_view name = {};                   // without "--"; empty: the letter only
  std::string_view argument = {};               // "JOBS"; "[SEED]": it may be left out; empty: none
  std::string_view help = {};                   // empty: an option that is known, but not shown
  std::vector<std::string_view> services = {};  // titles of those it belongs to; empty: all
  Value value = {};
  bool chooses = false;    // it also chooses the one service it belongs to
  bool is_common = false;  // every program has it: --help, --version, --completion
};

// What a program can be asked to do; the first one is done when no other is chosen.
struct Service {
  std::string_view title;      // as messages call it: "-e"
  char letter = 0;             // the option that chooses it, as in Option
  std::string_view name;       //
  std::string_view argument;   //
  std::string_view help;       // empty: not listed
  std::string_view operands;   // "HOST [PORT]"
  std::uint16_t port = 0;      // the default one, for --help; 0: none
  std::string_view mark = {};  // chosen by a first operand that contains this: "://"
};

// What people type because other programs have it, and what to type here.
struct Hint {
  std::string_view options;  // "-p --port"
  std::string_view text;     // "PORT is the word after HOST"
};

struct Program {
  std::string_view name;          // unless it was started by another one
  std::string_view about;         // the first lines of --help
  std::vector<Service> services;  // one at least
  std::string_view notes;         // what --help says below the services
  std::string_view ending;        // the last lines of --help
  std::vector<Hint> hints;
};

struct CommandLine {
  std::size_t service = 0;
  std::string service_argument;  // of the option that chose the service
  std::vector<std::string> operands;
};

// Reads a command line and stores the options' values. Options and operands come in any order; "--"
// ends the options. Throws UsageError, also for an option that does not belong to the service, and
// Answer for --help, --version and --completion.
CommandLine parse(const Program& program, std::vector<Option> options, int argc, char** argv);

// A HOST operand. Throws UsageError, saying what to type instead, for what is certainly none:
// "h:80", "[::1]", "http://h/", "h/page", "a b", "-b". Where a PORT may follow, "h:80" is two
// words, and "80" is none either.
std::string host(std::string_view word, bool port_follows, std::string_view what = "HOST");

// --- values

template <typename T, typename U>
Value set(T& field, U value) {
  return {"", "", [&field, value](auto, auto) { field = value; }};
}

// One of several options that exclude each other, such as "-4 and -6".
template <typename T>
Value one_of(T& field, T value, std::string_view options) {
  return {"", "", [&field, value, options, unset = field](auto, auto) {
            if (field != unset && field != value) {
              throw UsageError("one of " + std::string(options) + " at a time");
            }
            field = value;
          }};
}

inline Value call(std::function<void(std::string_view option, std::string_view value)> store) {
  return {"", "", std::move(store)};
}

inline Value text(std::string& field) {
  return {"", "", [&field](auto, auto value) { field = value; }};
}

// A whole number.
template <std::integral T>
Value number(T& field, std::uint64_t min, std::uint64_t max, Digits digits = Digits::decimal) {
  return {range_text(min, max), std::to_string(field), [=, &field](auto option, auto value) {
            field = static_cast<T>(number(value, min, max, option, digits));
          }};
}
template <typename T>
Value number(std::optional<T>& field, std::uint64_t min, std::uint64_t max,
             Digits digits = Digits::decimal, std::string preset = "") {
  return {range_text(min, max), std::move(preset), [=, &field](auto option, auto value) {
            field = static_cast<T>(number(value, min, max, option, digits));
          }};
}

// A time in seconds, with decimals. `preset` where the value without the option is not the field's.
Value seconds(std::chrono::milliseconds& field, double min, double max, std::string preset = "");

}  // namespace cli
