// Where the output of a service goes: standard error, standard output, or a file that is reopened
// on SIGHUP, by the options -v, --json, --log and --log-time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/log.hh"
#include "net/listener.hh"
#include "server/options.hh"

namespace server {

// A service writes two things. Its records are lines of one format for other programs: the web's
// requests (-w -v), or sessions as JSON (--json); they go to standard output. All else is for
// people, and goes to standard error (cli::say). A file takes the place of standard output if there
// are records, else of standard error.
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

}  // namespace server
