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

struct Program {
  std::string_view name;   // as messages call it: "client"
  std::string_view usage;  // one line, without the name: "[-46v] HOST [PORT]"
  std::string_view help;   // what --help prints below the usage
};

// Where every program begins. Opens standard descriptors that are closed, so that no socket gets
// their numbers; to read or write them fails as before. Runs the body and returns its exit status:
// the body's own, 2 for a UsageError (message
// and usage on one line of stderr), 1 for any other exception (its message on one line of stderr).
int run(const Program& program, int argc, char** argv, int (*body)(int argc, char** argv));

// Throws the UsageError for what getopt_long(3) has just refused, called with opterr 0 and a
// leading
// ':' in the short options: `result` is what it returned.
[[noreturn]] void refuse_option(int result, char** argv);

// An option's or operand's value as a number within bounds; what names it: "-i". Throws UsageError
// naming the value seen and the values expected.
std::uint64_t number(std::string_view text, std::uint64_t least, std::uint64_t most,
                     std::string_view what);
// The same for a time in seconds, with decimals.
double seconds(std::string_view text, double least, double most, std::string_view what);

// "2.5 s".
std::string text(std::chrono::milliseconds time);

// Writes all of a text to standard output at once, so that a pipe sees it. Throws
// std::system_error.
void print(std::string_view text);

// Writes "program: text" and a newline to stderr, or to the log (cli/log.hh): lines of several
// threads never mix. Control characters in the text, which may come from a peer, are shown as '?'.
void say(std::string_view text);

// What --help and --version print.
std::string help_text(const Program& program);
std::string version_text(const Program& program);

}  // namespace cli
