// The one call in which several things may come in between, with a kernel that the test plays.
#include "net/kernel.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdint>

// glibc declares its calls so; other libraries have no such word.
#ifndef __THROW
#define __THROW
#endif

namespace {

int error_to_give = 0, times_to_give_it = 0;
std::uint64_t flags_given = 0;

}  // namespace

// The test's own body of what the library calls: what openat2(2) opens is /dev/null; other calls
// are not known.
extern "C" long syscall(long number, ...) __THROW {
#ifdef SYS_openat2
  if (number == SYS_openat2) {
    va_list arguments;
    va_start(arguments, number);
    (void)va_arg(arguments, int);
    (void)va_arg(arguments, const char*);
    flags_given = *va_arg(arguments, const std::uint64_t*);  // the first of struct open_how
    va_end(arguments);
    if (times_to_give_it == 0) return open("/dev/null", O_RDONLY | O_CLOEXEC);
    --times_to_give_it;
    errno = error_to_give;
    return -1;
  }
#endif
  errno = ENOSYS;
  return -1;
}

namespace net {
namespace {

class OpenInOneStep : public testing::Test {
 protected:
  void SetUp() override {
    if (!fails_after(0, 0)) return;
    GTEST_SKIP() << "this system opens step by step";
  }
  // The errno with which it fails when the kernel has given this error so often; 0 if it does not.
  static int fails_after(int error, int times) {
    error_to_give = error;
    times_to_give_it = times;
    return open_in_one_step(AT_FDCWD, "some/../path", O_RDONLY) ? 0 : errno;
  }
};

TEST_F(OpenInOneStep, IsTriedAgainWhenARenameOrASignalCameInBetween) {
  EXPECT_EQ(fails_after(EAGAIN, 1), 0);
  EXPECT_EQ(fails_after(EAGAIN, 5), 0);
  EXPECT_EQ(fails_after(EINTR, 5), 0);
}

TEST_F(OpenInOneStep, IsNotTriedForEver) { EXPECT_EQ(fails_after(EAGAIN, 100'000), EAGAIN); }

TEST_F(OpenInOneStep, IsNotTriedAgainWhenThereIsNothing) {
  EXPECT_EQ(fails_after(ENOENT, 1), ENOENT);
  EXPECT_EQ(fails_after(EXDEV, 1), EXDEV);
}

TEST_F(OpenInOneStep, ASandboxThatRefusesTheCallDoesNotKnowIt) {
  EXPECT_EQ(fails_after(EPERM, 1), ENOSYS);
}

// As open(2) is by libc of 32-bit systems, where such files are not opened otherwise.
TEST_F(OpenInOneStep, IsForFilesOfMoreThan2GiB) {
  constexpr std::uint64_t large = O_LARGEFILE;
  EXPECT_EQ(fails_after(0, 0), 0);
  EXPECT_EQ(flags_given & large, large);
}

}  // namespace
}  // namespace net
