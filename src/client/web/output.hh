// Where a page or a file goes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "client/web/partial.hh"
#include "client/web/place.hh"
#include "client/web/unfinished.hh"

namespace client {

// Standard output, a device or a FIFO is written to as the bytes come. A regular file is written
// under another name in the same directory, and takes its name, and the mode, access list and owner
// of a file it replaces, when complete() is called. Without complete() nothing is left of it; with
// keep, FILE.part is, once it has a byte.
class Output {
 public:
  // Opens everything, so that a place that cannot be written fails before a server is asked. Throws
  // std::system_error, cli::Failure; cli::UsageError for keep without a regular file.
  Output(const std::string& name, bool keep);

  [[nodiscard]] bool is_terminal() const;
  // The bytes that are there, those of an earlier run included.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  // What the bytes are the beginning of; nullopt when that is not known.
  [[nodiscard]] const std::optional<Partial>& partial() const { return partial_; }

  // Forgets what an earlier run kept; what comes now is the beginning of that.
  void start_over(std::optional<Partial> partial);
  // The total became known.
  void set_total(std::uint64_t total);
  void write(std::span<const std::uint8_t> bytes);
  // Of a file that is kept: takes back what was written beyond this size.
  void shorten(std::uint64_t size);
  // All is there. Throws std::system_error when it did not reach the disk, cli::Failure when
  // another process has meddled with it.
  void complete();

 private:
  void open_file();
  void check_part();
  void check_untouched();

  std::string name_;  // as typed, for messages
  Place place_;
  std::string part_, note_;  // paths; empty when written through; note_ without keep
  const bool keep_;
  mode_t mode_ = 0;  // of the whole file
  std::uint64_t size_ = 0;
  std::optional<Partial> partial_;
  net::FileDescriptor file_;
  std::optional<UnfinishedFiles> unfinished_;
};

}  // namespace client
