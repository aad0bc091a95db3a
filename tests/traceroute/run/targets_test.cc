#include "traceroute/run/targets.hh"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "support/failing_waits.hh"

namespace {

bool next_wait_fails = false;

}  // namespace

bool wait_fails() {
  errno = ENOMEM;
  return std::exchange(next_wait_fails, false);
}

namespace traceroute {
namespace {

class File {
 public:
  explicit File(const std::string& text) {
    const int fd = mkstemp(path_.data());
    EXPECT_EQ(write(fd, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    close(fd);
  }
  ~File() { unlink(path_.c_str()); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_ = testing::TempDir() + "targetsXXXXXX";
};

std::vector<std::string> all_of(Targets targets) {
  std::vector<std::string> all;
  while (auto target = targets.next()) all.push_back(*target);
  EXPECT_TRUE(targets.ended());
  EXPECT_EQ(targets.fd(), -1);
  return all;
}

using Words = std::vector<std::string>;

TEST(Targets, AreTheFirstWordsOfTheLines) {
  EXPECT_EQ(all_of(Targets("example.net")), Words{"example.net"});
  const File file("a.example\n\n  \n# no\n\tb.example c.example\r\n2001:db8::1\nlast");
  EXPECT_EQ(all_of(Targets::from_file(file.path())),
            (Words{"a.example", "b.example", "2001:db8::1", "last"}));
  const File marked("\xef\xbb\xbf# as Windows writes it\r\na.example\r\n");
  EXPECT_EQ(all_of(Targets::from_file(marked.path())), Words{"a.example"});
  const File carriage_returns("a.example\rb.example\r\rc.example");
  EXPECT_EQ(all_of(Targets::from_file(carriage_returns.path())),
            (Words{"a.example", "b.example", "c.example"}));
  EXPECT_EQ(all_of(Targets::from_file(File("").path())), Words{});
  EXPECT_EQ(all_of(Targets::from_file(File("#\n").path())), Words{});
}

TEST(Targets, OfAManyBlocksFileAreWhole) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += std::to_string(i) + ".example.net\n";
  const File file(text);
  const Words all = all_of(Targets::from_file(file.path()));
  ASSERT_EQ(all.size(), 3000U);
  EXPECT_EQ(all[2999], "2999.example.net");
}

TEST(Targets, AMomentInWhichTheyCannotBeAwaitedEndsNothing) {
  const File file("a.example\nb.example\n");
  Targets targets = Targets::from_file(file.path());
  next_wait_fails = true;
  EXPECT_EQ(targets.next(), "a.example");
  EXPECT_FALSE(next_wait_fails);
}

TEST(Targets, RefuseWhatIsNoListOfNames) {
  const File file(std::string(100000, 'a'));
  Targets targets = Targets::from_file(file.path());
  EXPECT_THROW(while (!targets.next()){}, std::system_error);
  EXPECT_TRUE(targets.ended());
  EXPECT_EQ(targets.next(), std::nullopt);
  EXPECT_THROW(all_of(Targets::from_file(testing::TempDir())), std::system_error);
  EXPECT_THROW(Targets::from_file("/nonexistent/file"), std::system_error);
}

TEST(Targets, OneHostIsOneHostWhateverItIsCalled) {
  for (const std::string host : {"example.net", "#x", " ", "a b", "a\nb", ""}) {
    EXPECT_EQ(all_of(Targets(host)), std::vector<std::string>{host});
  }
}

}  // namespace
}  // namespace traceroute
