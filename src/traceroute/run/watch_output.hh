// What --watch shows: a screen on a terminal, else a line for each event, or lines of JSON; a
// report at the end.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "net/file_descriptor.hh"
#include "traceroute/lookup/address_info.hh"
#include "traceroute/options.hh"
#include "traceroute/report/watch_screen.hh"
#include "traceroute/run/terminal.hh"
#include "traceroute/watch/watch.hh"

namespace traceroute {

class WatchOutput {
 public:
  // Both outlive it. Opens the log. Throws std::system_error.
  WatchOutput(const Options& options, AddressInfo& info);

  // Takes over the terminal, if there is one to draw on.
  void begin(const watch::Watch& watch);
  void add(const watch::Watch& watch, const watch::Round& round,
           const std::vector<watch::Event>& events);
  // Something to be told at once, as that nothing can be sent.
  void warn(const std::string& text);
  // A warning of why the exit status will not be 0: said again when the screen is gone.
  void fail(const std::string& why);
  // The same of a host that cannot be watched: whoever reads --json is told there, too.
  void fail(const Plan& plan, const std::string& why);
  // Draws the screen, if it is not up to date; to be called again at the deadline.
  void draw(const std::vector<const watch::Watch*>& watches);
  [[nodiscard]] net::Deadline deadline() const;
  // Names have become known.
  void names_came() { changed_ = true; }
  // Sets the terminal back, and prints the reports. False when the log lacks what it does not tell.
  [[nodiscard]] bool finish(const std::vector<const watch::Watch*>& watches);

  enum class Wish { none, quit, reset };
  // What the user wants, by a key.
  Wish take_keys();
  [[nodiscard]] bool paused() const { return view_.paused; }
  // To wait for; -1 where there is none.
  [[nodiscard]] int keys() const { return terminal_ ? terminal_->keys() : -1; }
  [[nodiscard]] int signals() const { return terminal_ ? terminal_->signals() : -1; }
  // Of the events; ready when it is gone. Nobody is to be watched for then.
  [[nodiscard]] int reader() const { return reader_; }

 private:
  [[nodiscard]] std::string host(const watch::Watch& watch) const;
  void tell(const std::string& line);  // to standard output and the log
  [[nodiscard]] std::string lost_words() const;
  void show_event(const std::string& text);  // on the screen

  const Options& options_;
  AddressInfo& info_;
  bool to_stdout_;  // events
  int reader_;
  net::FileDescriptor log_;
  bool log_failed_ = false;
  std::uint64_t lost_ = 0;  // lines that the log did not take, since it did
  std::unique_ptr<Terminal> terminal_;
  const std::chrono::system_clock::time_point started_;
  View view_;
  std::vector<std::string> failures_;  // that were shown on the screen only
  bool changed_ = true;
  net::Clock::time_point drawn_{};
};

}  // namespace traceroute
