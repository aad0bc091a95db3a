// Where a page or a file goes.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "client/web/partial.hh"
#include "client/web/unfinished.hh"
#include "net/file_descriptor.hh"

namespace client {

// The place that -o names, as it is before anything is written. One of two kinds:
// - written through: standard output, a device, a FIFO. `descriptor` is open.
// - a regular file, whether it exists or not. A new one replaces it by rename(2) when it is whole.
struct Place {
  std::string path;                // of the file, symbolic links followed; or how messages name it
  net::FileDescriptor descriptor;  // -1 for a regular file
  std::optional<struct stat> replaced;  // the regular file that is there

  [[nodiscard]] bool written_through() const { return static_cast<bool>(descriptor); }
};

// Of a path, with its slash: "./" for a plain name.
std::string directory_of(const std::string& path);

// "" and "-" are standard output. What is open already as descriptor 1 to 9 (/dev/stdout,
// /dev/fd/3) is written where that stands. Throws std::system_error for a directory, for a file
// that this user may not write or replace, for a descriptor that is not open for writing, and for a
// path that does not lead anywhere.
Place find_place(const std::string& name);

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
