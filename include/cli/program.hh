// What was typed, and what is answered: numbers and choices from the command line, and the one
// place where an error becomes a line on stderr and an exit status.
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace cli {

// The command line does not fit the usage: exit status 2.
class UsageError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The work failed, and all is said in the message: exit status 1.
class Failure : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The command line asks for a text and no work, as --help does: it is printed, exit status 0.
class Answer : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Where every program begins. Opens standard descriptors that are closed, so that no socket gets
// their numbers; to read or write them fails as before. Runs the body and returns its exit status:
// the body's own, 0 for an Answer, 2 for a UsageError (its message on one line of stderr, and one
// that names --help, which cli::parse answers), 1 for any other exception (one line).
// `name` is what messages call the program if argv[0] does not say.
int run(std::string_view name, int argc, char** argv, int (*body)(int argc, char** argv));

// The exit status of who was interrupted and ended what it had begun, as shells call SIGINT.
inline constexpr int interrupted_status = 128 + 2;

// What the program was started as: the last part of argv[0], with odd bytes escaped.
std::string_view program_name();

// Decimal, or as C writes a number: 0x10 and 020 are 16.
enum class Digits { decimal, c };

// An option's or operand's value as a number within bounds; what names it: "-i". Throws UsageError
// naming the value seen and the values expected.
std::uint64_t number(std::string_view text, std::uint64_t min, std::uint64_t max,
                     std::string_view what, Digits digits = Digits::decimal);
// The same for a time in seconds, with decimals.
double seconds(std::string_view text, double min, double max, std::string_view what);
// "1 to 1000".
std::string range_text(std::uint64_t min, std::uint64_t max);

// "2.5 s".
std::string text(std::chrono::milliseconds time);

// Writes all of a text to standard output at once, so that a pipe sees it. Throws
// std::system_error.
void print(std::string_view text);

// Writes "program: text" and a newline to stderr, or to the log (cli/log.hh): lines of several
// threads never mix. What is not visible in the text, which may come from a peer, is escaped.
void say(std::string_view text) noexcept;

// What --version prints.
std::string version_text();

}  // namespace cli
