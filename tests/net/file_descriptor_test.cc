#include "net/file_descriptor.hh"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "support/descriptors.hh"

namespace net {
namespace {

FileDescriptor some() { return FileDescriptor(open("/dev/null", O_RDONLY | O_CLOEXEC)); }
bool is_open(int fd) { return fcntl(fd, F_GETFD) >= 0; }

TEST(FileDescriptor, HasOneOwnerWhoClosesIt) {
  FileDescriptor first = some();
  const int fd = first.get();
  FileDescriptor second = std::move(first);
  EXPECT_EQ(second.get(), fd);
  EXPECT_TRUE(is_open(fd));
  FileDescriptor third = some();
  const int other = third.get();
  third = std::move(second);
  EXPECT_TRUE(is_open(fd));
  EXPECT_FALSE(is_open(other));
  third.reset();
  EXPECT_FALSE(is_open(fd));
  EXPECT_FALSE(third);
}

TEST(FileDescriptor, ThatIsGivenAwayStaysOpen) {
  FileDescriptor giver = some();
  const FileDescriptor taker(giver.release());
  EXPECT_FALSE(giver);
  EXPECT_TRUE(is_open(taker.get()));
}

TEST(CanOpen, CountsWhatIsLeft) {
  // The lowest free number is the last one that may be opened.
  const LowerLimit tight(RLIMIT_NOFILE, static_cast<rlim_t>(some().get()) + 1);
  const bool one = can_open(1), two = can_open(2);
  const FileDescriptor last = some();
  const bool another = can_open(1);
  tight.lift();
  EXPECT_TRUE(one);
  EXPECT_FALSE(two);
  EXPECT_TRUE(last);
  EXPECT_FALSE(another);
  EXPECT_TRUE(can_open(2));
}

TEST(Shortage, IsOfDescriptorsOrMemory) {
  EXPECT_TRUE(is_shortage(EMFILE));
  EXPECT_TRUE(is_shortage(ENFILE));
  EXPECT_TRUE(is_shortage(ENOMEM));
  EXPECT_TRUE(is_shortage(ENOBUFS));
  EXPECT_FALSE(is_shortage(EACCES));
}

}  // namespace
}  // namespace net
