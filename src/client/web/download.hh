// A file that appears only when it is whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "net/file_descriptor.hh"

namespace client {

// A file being downloaded. It is written under another name in the same directory, and renamed
// by complete(). Unless it is to be kept, an incomplete one is removed, also when a signal ends the
// program; a kept one is NAME.part, and its time of last change is that of the original, by which a
// later download knows whether it may go on.
class Download {
 public:
  // Throws std::system_error. With keep, what an earlier download left is opened again.
  Download(std::string name, bool keep);
  ~Download();
  Download(const Download&) = delete;
  Download& operator=(const Download&) = delete;

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] const std::string& name() const { return part_; }
  // What is there already: its size, and the original's time of last change in seconds since 1970,
  // if it is known.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::optional<std::int64_t> modified() const { return modified_; }

  // Forgets what was there already.
  void start_over();
  // Notes what an incomplete file is to be dated with; nothing when that is not known.
  void set_modified(std::optional<std::int64_t> modified);
  // Gives the file its name. Throws std::system_error.
  void complete();

 private:
  std::string name_, part_;
  bool keep_;
  bool completed_ = false;
  net::FileDescriptor fd_;
  std::uint64_t size_ = 0;
  std::optional<std::int64_t> modified_;
};

}  // namespace client
