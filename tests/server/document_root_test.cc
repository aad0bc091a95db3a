#include "server/document_root.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/inotify.h>
#endif

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <thread>

#include "net/kernel.hh"
#include "support/site.hh"
#include "support/wait_until.hh"

namespace server {
namespace {

namespace fs = std::filesystem;

// What a path holds; "-" when it cannot be opened.
std::string read_text(DocumentRoot& root, const std::string& path) {
  const net::FileDescriptor file = root.open(path);
  char text[64] = {};
  if (!file || read(file.get(), text, sizeof text - 1) < 0) return "-";
  return text;
}

// The system calls would end such a name at its NUL, and open another file.
TEST(DocumentRoot, NoFileHasANulInItsName) {
  const TemporaryDirectory place;
  place.file("page", "text");
  DocumentRoot root(place.path());
  EXPECT_EQ(read_text(root, "page"), "text");
  EXPECT_EQ(read_text(root, std::string("page\0.txt", 9)), "-");
  EXPECT_EQ(errno, ENOENT);
}

TEST(DocumentRoot, FollowsADirectoryThatIsMadeAnew) {
  const TemporaryDirectory place;
  place.directory("site");
  place.file("site/page", "old");
  DocumentRoot root(place.path("site"));
  EXPECT_EQ(read_text(root, "page"), "old");
  fs::remove_all(place.path("site"));
  place.directory("site");
  place.file("site/page", "new");
  EXPECT_TRUE(wait_until([&] { return read_text(root, "page") == "new"; }));
  EXPECT_EQ(fcntl(root.open("page").get(), F_GETFD), FD_CLOEXEC);
}

TEST(DocumentRoot, FollowsALinkToTheNextRelease) {
  const TemporaryDirectory place;
  for (const std::string release : {"one", "two"}) {
    place.directory(release);
    place.file(release + "/page", release);
  }
  place.link("current", "one");
  DocumentRoot root(place.path("current"));
  EXPECT_EQ(read_text(root, "page"), "one");
  place.link("next", "two");
  fs::rename(place.path("next"), place.path("current"));
  EXPECT_TRUE(wait_until([&] { return read_text(root, "page") == "two"; }));
}

// The directory that is there goes on while no other has come.
TEST(DocumentRoot, StaysWhereNothingFollows) {
  const TemporaryDirectory place;
  place.directory("site");
  place.file("site/page", "page");
  DocumentRoot root(place.path("site"));
  fs::rename(place.path("site"), place.path("moved"));
  // For longer than it goes without looking.
  const auto end = net::Deadline::after(std::chrono::milliseconds(5));
  while (!end.passed()) ASSERT_EQ(read_text(root, "page"), "page");
}

TEST(DocumentRoot, LinksThatLeadBelowItCountHoweverTheyAreWritten) {
  const TemporaryDirectory place;
  place.directory("www");
  place.directory("www/sub");
  place.directory("www-other");
  place.file("www/in", "inside");
  place.file("www-other/secret", "secret");
  place.file("secret", "secret");
  place.link("alias", "www");
  const std::pair<const char*, std::string> inside[] = {
      {"absolute", place.path("www/in")},        {"by-its-name", "../www/in"},
      {"sub/by-its-name", "../../www/in"},       {"by-an-alias", place.path("alias/in")},
      {"absolute-directory", place.path("www")}, {"chain", "absolute"}};
  for (const auto& [name, target] : inside) place.link(std::string("www/") + name, target);
  const std::pair<const char*, std::string> outside[] = {
      {"out", "../secret"},
      {"absolute-out", place.path("secret")},
      {"beginning", place.path("www-other/secret")},
      {"top", "/"},
      {"above", place.path()},
      {"chain-out", "absolute-out"}};
  for (const auto& [name, target] : outside) place.link(std::string("www/") + name, target);
  for (const std::string path : {"www", "alias"}) {
    DocumentRoot root(place.path(path));
    for (const char* name : {"absolute", "by-its-name", "sub/by-its-name", "by-an-alias", "chain",
                             "absolute-directory/in", "absolute-directory/sub/../in"}) {
      EXPECT_EQ(read_text(root, name), "inside") << path << ' ' << name;
    }
    for (const char* name :
         {"out", "absolute-out", "beginning", "chain-out", "top/etc/passwd", "above/secret",
          "above/www-other/secret", "../secret", "../www/in", "sub/../../secret", "/etc/passwd"}) {
      EXPECT_EQ(read_text(root, name), "-") << path << ' ' << name;
    }
  }
}

TEST(DocumentRoot, MustBeADirectoryThatThisUserMayUse) {
  const TemporaryDirectory place;
  place.file("file", "");
  EXPECT_THROW(DocumentRoot(place.path("nosuch")), std::system_error);
  EXPECT_THROW(DocumentRoot(place.path("file")), std::system_error);
  place.directory("closed");
  fs::permissions(place.path("closed"), fs::perms::none);
  fs::permissions(place.path(), fs::perms::all);
  // The superuser may use any directory: a thread that is somebody else asks.
  std::thread([&] {
    if (geteuid() == 0) {
      ASSERT_EQ(syscall(SYS_setresuid, 65534, 65534, 65534), 0);
    }
    EXPECT_THROW(DocumentRoot(place.path("closed")), std::system_error);
  }).join();
  fs::permissions(place.path("closed"), fs::perms::owner_all);  // so that it can be removed
}

#ifdef __linux__
// Counts how often a file has been opened since (inotify(7)); a descriptor that is only a place in
// the file system does not count.
class Opened {
 public:
  explicit Opened(const std::string& path) : events_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    EXPECT_GE(inotify_add_watch(events_.get(), path.c_str(), IN_OPEN), 0);
  }
  [[nodiscard]] int times() const {
    int count = 0;
    inotify_event event{};
    while (::read(events_.get(), &event, sizeof event) == sizeof event) ++count;
    return count;
  }

 private:
  net::FileDescriptor events_;
};

// Its writer waits for a reader: it would write to one who is gone at once.
TEST(DocumentRoot, AFifoIsLookedAtAndNotOpened) {
  if ((net::only_looked_at & O_PATH) == 0) GTEST_SKIP() << "this system opens what it looks at";
  const TemporaryDirectory place;
  place.directory("site");
  place.file("site/page", "text");
  const std::string fifo = place.path("site/fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0644), 0);
  place.link("site/link", "fifo");
  place.link("site/absolute", fifo);
  DocumentRoot root(place.path("site"));
  const Opened page(place.path("site/page"));
  EXPECT_EQ(read_text(root, "page"), "text");
  EXPECT_EQ(page.times(), 1);
  const Opened opened(fifo);
  const net::FileDescriptor site(open(place.path("site").c_str(), O_RDONLY | O_DIRECTORY));
  for (const char* name : {"fifo", "link", "absolute"}) {
    const net::FileDescriptor file = root.open(name);
    struct stat about {};
    EXPECT_EQ(fstat(file.get(), &about), 0) << name;
    EXPECT_TRUE(S_ISFIFO(about.st_mode)) << name;
  }
  EXPECT_TRUE(open_stepwise(site.get(), "fifo"));
  EXPECT_EQ(opened.times(), 0);
  EXPECT_FALSE(open_stepwise(site.get(), "link"));
  EXPECT_EQ(errno, ELOOP);
}

// A name that was a file's a moment ago may be opened without a look, and no longer than that.
TEST(DocumentRoot, AFifoInTheFilesPlaceIsSoonLookedAt) {
  if ((net::only_looked_at & O_PATH) == 0) GTEST_SKIP() << "this system opens what it looks at";
  const TemporaryDirectory place;
  place.directory("site");
  place.file("site/page", "text");
  DocumentRoot root(place.path("site"));
  EXPECT_EQ(read_text(root, "page"), "text");
  fs::remove(place.path("site/page"));
  ASSERT_EQ(mkfifo(place.path("site/page").c_str(), 0644), 0);
  EXPECT_TRUE(wait_until([&] {
    const net::FileDescriptor file = root.open("page");
    return file && (fcntl(file.get(), F_GETFL) & O_PATH) != 0;
  }));
}
#endif

}  // namespace
}  // namespace server
