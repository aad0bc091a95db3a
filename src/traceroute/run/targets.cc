#include "traceroute/run/targets.hh"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "net/error.hh"
#include "net/wait.hh"

namespace traceroute {

namespace {

constexpr std::string_view blanks = " \t\v\f";
constexpr std::string_view line_ends = "\r\n";  // a carriage return alone, too
// A name has 253 characters at most (RFC 1035, section 2.3.4); more than this is no list of names.
constexpr std::size_t max_line = 4096;

std::string first_word(std::string_view line) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";  // some editors begin a file so
  if (line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  return std::string(line.substr(0, line.find_first_of(blanks)));
}

}  // namespace

Targets::Targets(std::string host) : host_(std::move(host)), ended_(true) {}

Targets Targets::from_file(const std::string& path) {
  Targets targets;
  targets.source_ = path == "-" ? "standard input" : path;
  targets.fd_ = STDIN_FILENO;
  if (path == "-") return targets;
  targets.file_ = net::FileDescriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!targets.file_) net::fail("open " + path);
  targets.fd_ = targets.file_.get();
  return targets;
}

std::optional<std::string> Targets::next() {
  if (host_) return std::exchange(host_, std::nullopt);
  while (true) {
    const std::size_t end = text_.find_first_of(line_ends);
    if (end == std::string::npos && !ended_) {
      if (!net::is_readable({fd_})) return std::nullopt;
      read_more();
      continue;
    }
    const std::string word = first_word(std::string_view(text_).substr(0, end));
    text_.erase(0, end == std::string::npos ? end : end + 1);
    if (!word.empty() && word[0] != '#') return word;
    if (text_.empty() && ended_) return std::nullopt;
  }
}

void resolve_next(Targets& targets, Resolver& resolver) {
  while (resolver.waiting() < max_resolving) {
    const auto name = targets.next();
    if (!name) break;
    resolver.ask(*name);
  }
}

void Targets::read_more() {
  std::array<char, 4096> buffer;
  const ssize_t count = read(fd_, buffer.data(), buffer.size());
  ended_ = count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN);
  if (count < 0 && ended_) net::fail("read targets from " + source_);
  if (count > 0) text_.append(buffer.data(), static_cast<std::size_t>(count));
  if (text_.find_first_of(line_ends) == std::string::npos && text_.size() > max_line) {
    text_.clear();
    ended_ = true;
    net::fail("read targets from " + source_ + ": a line of more than " + std::to_string(max_line) +
                  " bytes",
              ENAMETOOLONG);
  }
}

}  // namespace traceroute
