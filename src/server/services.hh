// What can be typed on the server's command line, and the services, one of which a server gives:
// each listens, says where on stderr, and serves until `stop` becomes readable.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/log.hh"
#include "cli/options.hh"
#include "net/address.hh"
#include "net/listener.hh"

namespace server {

struct Service;

constexpr std::size_t default_sessions = 10'000;

struct Options {
  const Service* service = nullptr;
  net::Family family = net::Family::any;
  bool verbose = false;
  std::string address;                  // to listen on; all of them when empty
  std::vector<net::Address> addresses;  // the same, resolved
  std::string directory;                // that the file and the web service give away
  bool list = false;                    // web: directories without an index.html
  std::optional<std::size_t> sessions;  // at once; default_sessions when not asked for
  std::chrono::milliseconds silence{};  // each service has its default, as it has for the port
  unsigned loss_percent = 25;
  std::optional<std::uint64_t> seed;  // of the first awkward session
  std::uint16_t port = 0;
  std::optional<std::size_t> per_host;  // sessions of one host at once; without it any number
  bool json = false;                    // a line for each session
  std::string log_file;
  bool log_time = false;
};

// Throws cli::UsageError and cli::Answer.
Options parse(int argc, char** argv);

// Where the output of a service goes, by the options -v, --json, --log (a file that is reopened on
// SIGHUP) and --log-time. A service writes two things. Its records are lines of one format for
// other programs: the web's requests (-w -v), or sessions as JSON (--json); they go to standard
// output. All else is for people, and goes to standard error (cli::say). A file takes the place of
// standard output if there are records, else of standard error.
class ServiceLog {
 public:
  // Opens the file. To be called after the stop signals are blocked and before threads start.
  // Throws std::system_error.
  explicit ServiceLog(const Options& options);
  // Writes what can be written in a moment, and says on stderr how much is lost.
  ~ServiceLog();
  ServiceLog(const ServiceLog&) = delete;
  ServiceLog& operator=(const ServiceLog&) = delete;

  // The start is over: says where the service listens, on stderr, whatever the options; what is
  // said from now on goes to its place, with the time where nobody sees when it comes.
  void begin(const std::vector<net::Listener>& listeners);

  // Where the records go; nullptr when none are asked for.
  [[nodiscard]] cli::LogWriter* records() const { return has_records_ ? log_.get() : nullptr; }

 private:
  void reopen_on_hangup();

  const std::string path_;
  const bool has_records_;
  const bool stamped_;
  std::shared_ptr<cli::LogWriter> log_;  // of the file, or of standard output; may be missing
};

struct Service {
  cli::Service option;
  std::chrono::seconds silence;  // that a client is allowed by default
  void (*run)(const Options& options, ServiceLog& log, int stop);
};

void run_stages(const Options& options, ServiceLog& log, int stop);
// The four stages with awkward sessions, to exercise clients.
void run_exercise(const Options& options, ServiceLog& log, int stop);
void run_daytime(const Options& options, ServiceLog& log, int stop);
void run_echo(const Options& options, ServiceLog& log, int stop);
void run_file(const Options& options, ServiceLog& log, int stop);
void run_web(const Options& options, ServiceLog& log, int stop);

}  // namespace server
