// The targets of one run, read only as fast as they are traced.
#pragma once

#include <optional>
#include <string>

#include "net/file_descriptor.hh"
#include "traceroute/lookup/resolver.hh"

namespace traceroute {

class Targets {
 public:
  // Just one, whatever its name.
  explicit Targets(std::string host);
  // The lines of a file, "-" for standard input: empty ones and those that begin with '#' are
  // passed over, and so is what follows the first word. Throws std::system_error.
  static Targets from_file(const std::string& path);

  // The next one; nullopt while there is none, or none yet. Never waits. Throws std::system_error
  // where the file can be read no farther: it has ended then.
  std::optional<std::string> next();
  // No more will come.
  [[nodiscard]] bool ended() const { return ended_ && text_.empty() && !host_; }
  // Whether next() has one without reading.
  [[nodiscard]] bool has_line() const { return text_.find('\n') != std::string::npos; }
  // Readable when there may be more; -1 when there is nothing to wait for.
  [[nodiscard]] int fd() const { return ended_ ? -1 : fd_; }

 private:
  Targets() = default;
  void read_more();

  std::optional<std::string> host_;  // the only one
  std::string source_;               // the path, for messages
  net::FileDescriptor file_;
  int fd_ = -1;
  std::string text_;  // read, and not told
  bool ended_ = false;
};

// Names that are looked up before their turn has come: some take long.
constexpr std::size_t max_resolving = 64;
// Asks for the addresses of the next targets, as long as fewer are waited for. Throws as
// Targets::next().
void resolve_next(Targets& targets, Resolver& resolver);

}  // namespace traceroute
