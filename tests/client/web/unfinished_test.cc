// Files that must not outlive a failure, whatever the failure is.
#include "client/web/unfinished.hh"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "support/site.hh"

namespace {

bool has_no_memory = false;

}  // namespace

// Not inline: g++ would see malloc and free, but not that they belong together.
[[gnu::noinline]] void* operator new(std::size_t size) {
  void* const memory = has_no_memory ? nullptr : std::malloc(size);
  if (!memory) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace client {
namespace {

TEST(UnfinishedFiles, GoAwayWithoutAnyMemory) {
  const TemporaryDirectory directory;
  directory.file("got", "hello");
  {
    UnfinishedFiles files;
    files.add(directory.path("got"));
    has_no_memory = true;
  }
  has_no_memory = false;
  EXPECT_FALSE(std::filesystem::exists(directory.path("got")));
}

TEST(UnfinishedFiles, SignalsAreAsTheyWereAfterwards) {
  std::signal(SIGHUP, SIG_IGN);
  std::signal(SIGTERM, SIG_DFL);
  { const UnfinishedFiles files; }
  EXPECT_EQ(std::signal(SIGHUP, SIG_DFL), SIG_IGN);
  EXPECT_EQ(std::signal(SIGTERM, SIG_DFL), SIG_DFL);
  sigset_t blocked;
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  EXPECT_EQ(sigismember(&blocked, SIGTERM), 0);
}

}  // namespace
}  // namespace client
