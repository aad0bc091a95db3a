#include "server/document_root.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "net/error.hh"
#include "net/kernel.hh"
#include "wire/words.hh"

namespace server {

namespace {

using namespace std::chrono_literals;

constexpr int file_flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

// How seldom DIR itself, and what kind of file a name stands for, is looked up again: so a busy
// server pays nothing for it.
constexpr net::Clock::duration look_interval = 1ms;

// How to open what a path names; `follow` as in fstatat(2).
int flags_for(int directory, const char* path, int follow) {
  struct stat about {};
  if (fstatat(directory, path, &about, follow) != 0) return file_flags;
  const mode_t mode = about.st_mode;
  const bool special = S_ISFIFO(mode) || S_ISCHR(mode) || S_ISBLK(mode) || S_ISSOCK(mode);
  return special ? net::only_looked_at : file_flags;
}

// Whether a path leaves the directory by its own words, without any link.
bool leads_out(std::string_view path) {
  if (path.starts_with('/')) return true;
  int depth = 0;
  while (!path.empty()) {
    const std::string_view name = wire::take_word(path, "/");
    if (name == "..") --depth;
    if (name != ".." && name != "." && !name.empty()) ++depth;
    if (depth < 0) return true;
  }
  return false;
}

// The path without any symbolic link; empty, and errno, when there is none (realpath(3)).
std::string real_path(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> real(realpath(path.c_str(), nullptr), std::free);
  return real ? real.get() : std::string();
}

}  // namespace

DocumentRoot::DocumentRoot(std::string path) : path_(std::move(path)) {
  directory_ = net::FileDescriptor(::open(path_.c_str(), net::only_a_place));
  struct stat about {};
  if (!directory_ || fstat(directory_.get(), &about) != 0 ||
      faccessat(AT_FDCWD, path_.c_str(), X_OK, AT_EACCESS) != 0) {
    net::fail("open the directory " + path_);
  }
  device_ = about.st_dev;
  inode_ = about.st_ino;
}

net::FileDescriptor DocumentRoot::open(const std::string& path) {
  if (path.find('\0') != std::string::npos) {
    errno = ENOENT;
    return {};
  }
  const auto now = net::Clock::now().time_since_epoch();
  follow(now);
  net::FileDescriptor file = open_beneath(path, now);
  if (file || (errno != EXDEV && errno != ELOOP)) return file;
  return open_real(path);
}

net::FileDescriptor DocumentRoot::open_beneath(const std::string& path, net::Clock::duration now) {
  static std::atomic<bool> in_one_step = true;
  if (in_one_step) {
    const char* const name = path.empty() ? "." : path.c_str();
    net::FileDescriptor file = net::open_in_one_step(directory_.get(), name, flags_now(name, now));
    if (file || errno != ENOSYS) return file;
    in_one_step = false;
  }
  return open_stepwise(directory_.get(), path);
}

// flags_for() what is asked for often: it is looked at once in a millisecond.
int DocumentRoot::flags_now(const char* name, net::Clock::duration now) {
  const std::size_t hash = std::hash<std::string_view>()(name);
  const std::size_t seen = hash + static_cast<std::size_t>(now / look_interval);
  std::atomic<std::size_t>& place = ordinary_[hash % ordinary_.size()];
  if (place.load(std::memory_order_relaxed) == seen) return file_flags;
  const int flags = flags_for(directory_.get(), name, 0);
  if (flags == file_flags) place.store(seen, std::memory_order_relaxed);
  return flags;
}

// Puts the directory that stands at the path now in the place of the one that stood there. While
// that one is open its inode number is not given to another.
void DocumentRoot::follow(net::Clock::duration now) {
  if (now.count() < next_look_.load(std::memory_order_relaxed)) return;
  const std::unique_lock lock(looking_, std::try_to_lock);
  if (!lock) return;
  next_look_.store((now + look_interval).count(), std::memory_order_relaxed);
  struct stat about {};
  if (stat(path_.c_str(), &about) != 0) return;
  if (about.st_dev == device_ && about.st_ino == inode_) return;
  const net::FileDescriptor other(::open(path_.c_str(), net::only_a_place));
  // Other threads use the descriptor meanwhile: dup2(2) changes in one step what it stands for.
  if (!other || fstat(other.get(), &about) != 0 || dup2(other.get(), directory_.get()) < 0) return;
  (void)fcntl(directory_.get(), F_SETFD, FD_CLOEXEC);
  device_ = about.st_dev;
  inode_ = about.st_ino;
}

// Links that a walk below the directory cannot follow, as absolute ones, may still lead below it:
// what they lead to is walked to without any link.
net::FileDescriptor DocumentRoot::open_real(const std::string& path) const {
  const int why = errno;
  if (!leads_out(path)) {
    const std::string real = real_path(path_ + '/' + path);
    if (real.empty()) return {};
    std::string root = real_path(path_);
    if (!root.ends_with('/')) root += '/';
    if (real + '/' == root) return open_stepwise(directory_.get(), "");
    if (real.starts_with(root)) return open_stepwise(directory_.get(), real.substr(root.size()));
  }
  errno = why == ELOOP ? EXDEV : why;
  return {};
}

bool is_no_file(int error) {
  return error == ENOENT || error == EXDEV || error == ELOOP || error == ENOTDIR ||
         error == ENAMETOOLONG || error == EINVAL || error == EILSEQ;  // what no name there can be
}

bool hides_its_size(int file) {
  char first = 0;
  struct stat about {};
  // In this order: what others write meanwhile gives the file a size.
  return pread(file, &first, sizeof first, 0) > 0 && fstat(file, &about) == 0 && about.st_size == 0;
}

net::FileDescriptor open_stepwise(int directory, const std::string& path) {
  std::string_view rest = path;
  if (rest.starts_with('/') || rest.find('\0') != std::string_view::npos) {
    errno = ENOENT;
    return {};
  }
  net::FileDescriptor reached(openat(directory, ".", net::only_a_place));
  while (reached) {
    const auto slash = rest.find('/');
    const std::string name(rest.substr(0, slash));
    if (name == "..") {
      errno = EXDEV;
      return {};
    }
    const bool last = slash == std::string_view::npos;
    const char* const step = name.empty() ? "." : name.c_str();
    const int flags =
        last ? flags_for(reached.get(), step, AT_SYMLINK_NOFOLLOW) : net::only_a_place;
    net::FileDescriptor next(openat(reached.get(), step, flags | O_NOFOLLOW));
    // An intermediate link is no directory; say what it is.
    if (!next && errno == ENOTDIR && !last) {
      struct stat about {};
      const int found = fstatat(reached.get(), step, &about, AT_SYMLINK_NOFOLLOW);
      errno = found == 0 && S_ISLNK(about.st_mode) ? ELOOP : ENOTDIR;
    }
    if (last) return next;
    reached = std::move(next);
    rest.remove_prefix(slash + 1);
  }
  return {};
}

}  // namespace server
