#include "cli/program.hh"

#include <fcntl.h>
#include <getopt.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <system_error>

#include "cli/log.hh"

namespace cli {

namespace {

std::string_view program_name = "sockhop";

// Writes the whole text; false, with errno, when that fails.
bool write_whole(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(fd, text.data(), text.size());
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

// A standard descriptor that is closed would be given to the next file or socket, and what is
// printed would go there. So the three are opened, the wrong way round: reading the input or
// writing the output still fails, as it does on a closed descriptor.
void open_standard_descriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    const int mode = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    // open(2) gives the lowest free number: this one.
    if (open("/dev/null", mode) < 0) (void)open("/", O_RDONLY | O_DIRECTORY);
  }
}

int run_body(const Program& program, int argc, char** argv, int (*body)(int, char**)) {
  try {
    return body(argc, argv);
  } catch (const UsageError& error) {
    say(std::string(error.what()) + " (usage: " + std::string(program.name) + ' ' +
        std::string(program.usage) + ')');
    return 2;
  } catch (const std::exception& error) {
    say(error.what());
    return 1;
  }
}

std::string quoted(std::string_view what, std::string_view text) {
  return std::string(what) + " \"" + std::string(text) + '"';
}

}  // namespace

int run(const Program& program, int argc, char** argv, int (*body)(int, char**)) {
  open_standard_descriptors();
  program_name = program.name;
  const int status = run_body(program, argc, argv, body);
  finish_log();
  return status;
}

void refuse_option(int result, char** argv) {
  // optopt is the letter, or a long option's value; 0 for an unknown long option. In the middle of
  // combined letters optind still stands at the word before, which may be a long option itself.
  const std::string word = argv[optind - 1];
  const bool has_value = word.find('=') != std::string::npos;
  const bool is_long = word.starts_with("--") && (optopt == 0 || result == ':' || has_value);
  const std::string option = is_long ? word : std::string("-") + static_cast<char>(optopt);
  if (result == ':') throw UsageError(option + " needs a value");
  if (is_long && optopt != 0) throw UsageError(option + ": this option takes no value");
  throw UsageError("there is no option " + option);
}

std::uint64_t number(std::string_view text, std::uint64_t least, std::uint64_t most,
                     std::string_view what) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
    throw UsageError(quoted(what, text) + ": a number from " + std::to_string(least) + " to " +
                     std::to_string(most) + " expected");
  }
  return value;
}

double seconds(std::string_view text, double least, double most, std::string_view what) {
  // Not from_chars, for which libm would have to be loaded at each start; and strtod alone takes
  // spaces, "inf" and "0x" as well.
  const std::string copy(text);
  char* end = nullptr;
  const double value = std::strtod(copy.c_str(), &end);
  const bool plain = !copy.empty() && copy.find_first_not_of("0123456789.") == std::string::npos;
  if (!plain || *end != '\0' || value < least || value > most) {
    char bounds[64];
    std::snprintf(bounds, sizeof bounds, "seconds from %g to %g expected", least, most);
    throw UsageError(quoted(what, text) + ": " + bounds);
  }
  return value;
}

std::string text(std::chrono::milliseconds time) {
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%g s", std::chrono::duration<double>(time).count());
  return seconds;
}

void print(std::string_view text) {
  if (!write_whole(STDOUT_FILENO, text)) {
    throw std::system_error(errno, std::generic_category(), "write to standard output");
  }
}

void say(std::string_view text) {
  std::string line = std::string(program_name) + ": ";
  for (const char c : text) line += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? '?' : c;
  line += '\n';
  log_line(line);
}

std::string help_text(const Program& program) {
  return "usage: " + std::string(program.name) + ' ' + std::string(program.usage) + "\n\n" +
         std::string(program.help);
}

std::string version_text(const Program& program) {
  return std::string(program.name) + " (Sockhop) " SOCKHOP_VERSION "\n";
}

}  // namespace cli
