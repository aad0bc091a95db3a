#include "server/handlers.hh"

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <string>

#include "cli/program.hh"
#include "wire/bytes.hh"

namespace server {

namespace {

constexpr std::size_t max_name = 4096;  // with its NUL

// What comes up to a NUL, with it; or else all that comes in time, as far as a name may be long.
std::string receive_name(net::Stream& connection, std::chrono::milliseconds silence) {
  std::array<std::uint8_t, max_name> buffer;
  const auto deadline = net::Deadline::after(silence);
  std::size_t count = 0;
  while (count < buffer.size()) {
    const auto got = connection.receive_some(std::span(buffer).subspan(count), deadline);
    if (got.ending != net::Ending::full) break;
    const void* const nul = std::memchr(buffer.data() + count, '\0', got.count);
    count += got.count;
    if (nul) break;
  }
  return std::string(wire::text_of(buffer).substr(0, count));
}

std::string send_named(net::Stream& connection, DocumentRoot& root, const std::string& name,
                       std::chrono::milliseconds silence) {
  const net::FileDescriptor file = root.open(name);
  if (!file) return errno == EXDEV ? "leads out of the directory" : std::strerror(errno);
  struct stat about {};
  if (fstat(file.get(), &about) != 0) return std::strerror(errno);
  if (!S_ISREG(about.st_mode)) return "not a regular file";
  const auto size = static_cast<std::uint64_t>(about.st_size);
  if (size == 0 && hides_its_size(file.get())) return "does not say its size";
  const auto sent = connection.send_file(file.get(), 0, size, silence);
  if (sent.ending == net::Ending::full) return {};
  if (sent.ending == net::Ending::end) return "became shorter while it was sent";
  const bool broken = sent.ending == net::Ending::broken;
  return std::string(broken ? "the connection broke" : "the client took no more") + " after " +
         std::to_string(sent.count) + " bytes";
}

}  // namespace

void serve_file(net::Stream& connection, const net::Address& peer, DocumentRoot& root,
                std::chrono::milliseconds silence, bool log) {
  // The close is the only word for "that was all": any other end must not look like it, be it that
  // of this process.
  connection.reset_on_close();
  const std::string came = receive_name(connection, silence);
  const std::string name = came.substr(0, came.find('\0'));
  const std::string fault = name.size() < came.size() ? send_named(connection, root, name, silence)
                            : name.empty()            ? "no name came"
                                                      : "no NUL came to end this name";
  if (log) {
    cli::say(peer.text() + ": " + (name.empty() ? "" : name + ": ") +
             (fault.empty() ? "sent" : fault));
  }
  if (!fault.empty()) return;
  connection.reset_on_close(false);
  connection.finish();
}

}  // namespace server
