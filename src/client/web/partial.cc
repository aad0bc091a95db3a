#include "client/web/partial.hh"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "cli/program.hh"
#include "client/standard_io.hh"
#include "client/web/place.hh"
#include "net/error.hh"
#include "wire/bytes.hh"
#include "wire/http/field.hh"

namespace client {

namespace {

constexpr std::string_view magic = "sockhop part 1\n";
constexpr std::string_view end_mark = "end";

// In a directory like /tmp anybody may have put a beginning of his own there, and only he can give
// it another name.
bool may_be_a_trap(const struct stat& file, const std::string& path) {
  struct stat directory {};
  return file.st_uid != geteuid() && stat(directory_of(path).c_str(), &directory) == 0 &&
         (directory.st_mode & S_ISVTX) != 0;
}

// Neither a link is followed nor a FIFO waited for.
net::FileDescriptor open_regular(const std::string& path, int flags) {
  constexpr mode_t mode = 0600;
  net::FileDescriptor file(
      open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, mode));
  const int error = errno;
  struct stat about {};
  const bool exists = (file ? fstat(file.get(), &about) : lstat(path.c_str(), &about)) == 0;
  if (exists && !S_ISREG(about.st_mode)) throw cli::Failure(path + ": is no regular file");
  if (exists && may_be_a_trap(about, path)) {
    throw cli::Failure(path + ": belongs to another user");
  }
  // Whatever the umask: a later run opens it again.
  if (file && (flags & O_CREAT) != 0) fchmod(file.get(), mode);
  errno = error;
  return file;
}

// Takes "name value" off the front; nullopt when another name stands there.
std::optional<std::string> take_value(std::string_view& text, std::string_view name) {
  std::string_view rest = text;
  const auto line = wire::http::take_line(rest);
  if (!line || !line->starts_with(name) || line->substr(name.size(), 1) != " ") return std::nullopt;
  text = rest;
  return std::string(line->substr(name.size() + 1));
}

}  // namespace

bool leads_to(const std::string& path, int fd) {
  struct stat there {};
  struct stat here {};
  return lstat(path.c_str(), &there) == 0 && fstat(fd, &here) == 0 && there.st_dev == here.st_dev &&
         there.st_ino == here.st_ino;
}

std::string to_text(const Partial& partial) {
  std::string text(magic);
  text += "url " + partial.url + "\nvalidator " + partial.validator + '\n';
  if (partial.total) text += "total " + std::to_string(*partial.total) + '\n';
  return text + std::string(end_mark) + '\n';
}

std::optional<Partial> parse_partial(std::string_view text) {
  if (!text.starts_with(magic)) return std::nullopt;
  text.remove_prefix(magic.size());
  const auto url = take_value(text, "url");
  const auto validator = take_value(text, "validator");
  const auto total = take_value(text, "total");
  if (!url || !validator || wire::http::take_line(text) != end_mark) return std::nullopt;
  Partial partial{*url, *validator, {}};
  if (total && !(partial.total = wire::http::decimal(*total))) return std::nullopt;
  return partial;
}

net::FileDescriptor open_part(const std::string& path) {
  while (true) {
    net::FileDescriptor file = open_regular(path, O_RDWR | O_CREAT | O_APPEND);
    if (!file) net::fail("open " + path);
    if (flock(file.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      throw cli::Failure(path + ": another process is writing to it");
    }
    if (leads_to(path, file.get())) return file;
  }
}

std::optional<Partial> read_note(const std::string& path) {
  const net::FileDescriptor file = open_regular(path, O_RDONLY);
  if (!file && errno == ENOENT) return std::nullopt;
  if (!file) net::fail("open " + path);
  std::string text;
  std::array<char, 65536> buffer;
  ssize_t count = 0;
  while ((count = read(file.get(), buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
    const std::string_view begin = std::string_view(text).substr(0, magic.size());
    if (!magic.starts_with(begin)) throw cli::Failure(path + ": is a file that -k did not write");
  }
  if (count < 0) net::fail("read " + path);
  return parse_partial(text);
}

void write_note(const std::string& path, const Partial& partial) {
  const net::FileDescriptor file = open_regular(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (!file) net::fail("open " + path);
  write_all(file.get(), wire::bytes_of(to_text(partial)), path);
}

}  // namespace client
