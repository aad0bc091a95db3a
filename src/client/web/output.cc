#include "client/web/output.hh"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "cli/program.hh"
#include "client/standard_io.hh"
#include "net/error.hh"
#include "net/kernel.hh"

namespace client {

namespace {

constexpr mode_t permissions = 0777;

// Whether fsync(2) failed only because this file system, or a sandbox, has no such thing.
bool knows_no_fsync(int error) { return error == EINVAL || error == ENOSYS || error == ENOTSUP; }

// For mkostemp(3). Not made of the path's own name, which may be as long as a name can be.
std::string template_beside(const std::string& path) {
  return directory_of(path) + ".sockhop-XXXXXX";
}

// What open(2) gives to a new file beside the path: by the umask, or by the directory's list for
// new files (acl(5)). Nothing but making one tells. Empty, and errno, where that fails.
std::optional<mode_t> new_mode(const std::string& path) {
  std::string name = template_beside(path);
  struct stat about {};
  if (!net::FileDescriptor(mkostemp(name.data(), O_CLOEXEC))) return {};
  unlink(name.c_str());  // its mode is another one
  const net::FileDescriptor file(open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file || fstat(file.get(), &about) != 0 || unlink(name.c_str()) != 0) return {};
  return about.st_mode & permissions;
}

// Gives the new file the mode, and of the one that it replaces the access list, and the owner and
// group as far as this user may.
void take_over(int fd, const Place& place, mode_t mode) {
  constexpr auto unchanged = static_cast<uid_t>(-1);
  const auto& replaced = place.replaced;
  if (replaced && fchown(fd, replaced->st_uid, replaced->st_gid) != 0) {
    static_cast<void>(fchown(fd, unchanged, replaced->st_gid) == 0);
  }
  // The mode of a file with a list says of its group what that list lets anybody do.
  const bool listed = !replaced || net::copy_access_list(place.path.c_str(), fd);
  fchmod(fd, listed ? mode : mode & ~static_cast<mode_t>(S_IRWXG));
}

}  // namespace

Output::Output(const std::string& name, bool keep)
    : name_(name.empty() || name == "-" ? "standard output" : name),
      place_(find_place(name)),
      keep_(keep) {
  if (!place_.written_through()) {
    open_file();
  } else if (keep) {
    throw cli::UsageError("-k goes with a regular file, which " + name_ + " is not");
  } else {
    file_ = std::move(place_.descriptor);
  }
}

void Output::open_file() {
  const SignalsHeld held;
  unfinished_.emplace();
  const auto& replaced = place_.replaced;
  const auto mode = replaced ? replaced->st_mode & permissions : new_mode(place_.path);
  if (!mode) net::fail("create a file beside " + name_);
  mode_ = *mode;
  if (keep_) {
    part_ = place_.path + ".part";
    note_ = place_.path + ".from";
    // They may be there already, in a directory in which nothing gets another name.
    if (faccessat(AT_FDCWD, directory_of(part_).c_str(), W_OK, AT_EACCESS) != 0) {
      net::fail("create a file beside " + name_);
    }
    file_ = open_part(part_);
    const off_t end = lseek(file_.get(), 0, SEEK_END);
    if (end < 0) net::fail("go to the end of " + part_);
    size_ = static_cast<std::uint64_t>(end);
  } else {
    part_ = template_beside(place_.path);
    file_ = net::FileDescriptor(mkostemp(part_.data(), O_CLOEXEC | O_APPEND));
    if (!file_) net::fail("create a file beside " + name_);
  }
  unfinished_->add(part_);
  if (!keep_) return;
  unfinished_->set_fate(UnfinishedFiles::Fate::unlinked_if_empty);
  partial_ = read_note(note_);
  unfinished_->add(note_);
}

bool Output::is_terminal() const { return isatty(file_.get()) == 1; }

void Output::start_over(std::optional<Partial> partial) {
  if (!keep_) return;
  check_part();
  // In this order: at no time does the note stand beside bytes that it does not speak of.
  if (unlink(note_.c_str()) != 0 && errno != ENOENT) net::fail("remove " + note_);
  shorten(0);
  partial_ = std::move(partial);
  if (partial_) write_note(note_, *partial_);
}

void Output::shorten(std::uint64_t size) {
  if (!keep_) return;
  const auto end = static_cast<off_t>(size);
  if (ftruncate(file_.get(), end) != 0 || lseek(file_.get(), end, SEEK_SET) != end) {
    net::fail("shorten " + part_);
  }
  size_ = size;
}

void Output::set_total(std::uint64_t total) {
  check_part();
  partial_->total = total;
  write_note(note_, *partial_);
}

void Output::write(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return;
  write_all(file_.get(), bytes, name_);
  size_ += bytes.size();
}

// Somebody may have removed the part, and begun another one under its name: half of that must not
// become the page, nor the note beside it speak of this one.
void Output::check_part() {
  if (!keep_ || leads_to(part_, file_.get())) return;
  unfinished_->set_fate(UnfinishedFiles::Fate::kept);
  throw cli::Failure(part_ + ": was removed, or is another file now");
}

// Since all is appended, a file that was cut is too short at its end.
void Output::check_untouched() {
  check_part();
  const off_t end = lseek(file_.get(), 0, SEEK_END);
  if (end < 0) net::fail("go to the end of " + part_);
  if (static_cast<std::uint64_t>(end) == size_) return;
  if (keep_) start_over({});
  throw cli::Failure(part_ + ": another process has changed it");
}

void Output::complete() {
  const std::string attempt = "write to " + name_;
  if (part_.empty()) {
    if (close(file_.release()) != 0) net::fail(attempt);
    return;
  }
  // Only now: an unfinished file is this user's own, to be opened again by a later run.
  take_over(file_.get(), place_, mode_);
  // Some file systems report only now that there was no room. The file stays open, and so locked,
  // until it has its name.
  if (fsync(file_.get()) != 0 && !knows_no_fsync(errno)) {
    const int error = errno;
    if (keep_) start_over({});
    net::fail(attempt, error);
  }
  const SignalsHeld held;
  check_untouched();
  if (rename(part_.c_str(), place_.path.c_str()) != 0) {
    net::fail("rename " + part_ + " to " + name_);
  }
  unfinished_->set_fate(UnfinishedFiles::Fate::kept);
  if (keep_) unlink(note_.c_str());
}

}  // namespace client
