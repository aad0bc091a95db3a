#include "cli/program.hh"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <system_error>

#include "cli/log.hh"
#include "cli/write.hh"
#include "wire/text.hh"

namespace cli {

namespace {

std::string started_as = "sockhop";

std::string quoted(std::string_view what, std::string_view text) {
  return std::string(what) + " \"" + std::string(text) + '"';
}

// The last part of a path; a login shell's name begins with a hyphen. Empty where nothing is left.
std::string name_of(std::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);
  while (path.starts_with('-')) path.remove_prefix(1);
  return wire::visible(path);
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

int work_or_answer(int argc, char** argv, int (*body)(int, char**)) {
  try {
    return body(argc, argv);
  } catch (const Answer& answer) {
    print(answer.what());
    return 0;
  }
}

int run_body(int argc, char** argv, int (*body)(int, char**)) {
  try {
    return work_or_answer(argc, argv, body);
  } catch (const UsageError& error) {
    say(error.what());
    write_whole(STDERR_FILENO, "Try '" + started_as + " --help'.\n");
    return 2;
  } catch (const std::bad_alloc&) {
    say("out of memory");
    return 1;
  } catch (const std::exception& error) {
    say(error.what());
    return 1;
  }
}

}  // namespace

int run(std::string_view name, int argc, char** argv, int (*body)(int, char**)) {
  open_standard_descriptors();
  // A file beyond the limit on its size (ulimit -f) is as a full disk: write(2) fails.
  std::signal(SIGXFSZ, SIG_IGN);
  started_as = argc > 0 ? name_of(argv[0]) : "";
  if (started_as.empty()) started_as = name;
  const int status = run_body(argc, argv, body);
  finish_log();
  return status;
}

std::string_view program_name() { return started_as; }

std::string range_text(std::uint64_t min, std::uint64_t max) {
  return std::to_string(min) + " to " + std::to_string(max);
}

std::uint64_t number(std::string_view text, std::uint64_t min, std::uint64_t max,
                     std::string_view what, Digits digits) {
  std::string_view rest = text;
  int base = 10;
  if (digits == Digits::c && rest.starts_with('0') && rest.size() > 1) {
    base = rest[1] == 'x' || rest[1] == 'X' ? 16 : 8;
    rest.remove_prefix(base == 16 ? 2 : 1);
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value, base);
  if (error != std::errc{} || end != rest.data() + rest.size() || value < min || value > max) {
    throw UsageError(quoted(what, text) + ": a number from " + range_text(min, max) + " expected");
  }
  return value;
}

double seconds(std::string_view text, double min, double max, std::string_view what) {
  // Not from_chars, for which libm would have to be loaded at each start; and strtod alone takes
  // spaces, "inf" and "0x" as well.
  const std::string copy(text);
  char* end = nullptr;
  const double value = std::strtod(copy.c_str(), &end);
  const bool plain = !copy.empty() && copy.find_first_not_of("0123456789.") == std::string::npos;
  if (!plain || *end != '\0' || value < min || value > max) {
    throw UsageError(quoted(what, text) +
                     wire::format(": seconds from %.9g to %.9g expected", min, max));
  }
  return value;
}

std::string text(std::chrono::milliseconds time) {
  return wire::format("%g s", std::chrono::duration<double>(time).count());
}

void print(std::string_view text) {
  if (write_whole(STDOUT_FILENO, text) < text.size()) {
    throw std::system_error(errno, std::generic_category(), "write to standard output");
  }
}

void say(std::string_view text) noexcept {
  try {
    log_line(started_as + ": " + wire::visible(text) + '\n');
  } catch (const std::bad_alloc&) {
    char line[64];
    std::snprintf(line, sizeof line, "%.40s: out of memory\n", started_as.c_str());
    log_line(line);
  }
}

std::string version_text() { return started_as + " (Sockhop) " SOCKHOP_VERSION "\n"; }

}  // namespace cli
