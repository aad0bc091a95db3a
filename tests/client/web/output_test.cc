// Another process meddles with a file that is being written: what it left never becomes the page.
#include "client/web/output.hh"

#include <gtest/gtest.h>
#ifdef __linux__
#include <sys/xattr.h>
#endif

#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <functional>
#include <string>

#include "cli/program.hh"
#include "net/kernel.hh"
#include "support/site.hh"
#include "wire/bytes.hh"

namespace client {
namespace {

namespace fs = std::filesystem;

// Writes "hello you", the other process `meddling` before the last word; returns the failure's
// words, or nothing.
std::string write_page(const TemporaryDirectory& directory, bool keep,
                       const std::function<void(const fs::path& unfinished)>& meddling) {
  directory.file("got", "old");
  try {
    Output output(directory.path("got"), keep);
    output.start_over(Partial{"http://a/", "\"a\"", 9});
    output.write(wire::bytes_of("hello"));
    for (const auto& entry : fs::directory_iterator(directory.path())) {
      const std::string name = entry.path().filename();
      if (name == "got.part" || name.starts_with(".sockhop")) {
        meddling(entry.path());
        break;
      }
    }
    output.write(wire::bytes_of(" you"));
    output.complete();
    return "";
  } catch (const cli::Failure& failure) {
    return failure.what();
  }
}

TEST(Output, APartThatAnotherProcessBeganAnewDoesNotBecomeThePage) {
  const TemporaryDirectory directory;
  const std::string words = write_page(directory, true, [](const fs::path& unfinished) {
    fs::remove(unfinished);
    std::ofstream(unfinished) << "hel";
  });
  EXPECT_TRUE(words.ends_with("got.part: was removed, or is another file now")) << words;
  EXPECT_EQ(directory.content("got"), "old");
  EXPECT_EQ(directory.content("got.part"), "hel");
}

// The note beside it speaks of that one.
TEST(Output, TheNoteOfAPartThatAnotherProcessBeganAnewStays) {
  const TemporaryDirectory directory;
  Output output(directory.path("got"), true);
  fs::remove(directory.path("got.part"));
  directory.file("got.part", "hel");
  directory.file("got.from", "of another");
  EXPECT_THROW(output.start_over(Partial{"http://a/", "\"a\"", 9}), cli::Failure);
  EXPECT_EQ(directory.content("got.from"), "of another");
  EXPECT_EQ(directory.content("got.part"), "hel");
}

TEST(Output, AFileThatWasCutOrIsLongerIsNotThePage) {
  for (const bool keep : {false, true}) {
    for (const std::uintmax_t size : {0U, 2U, 7U}) {
      const TemporaryDirectory directory;
      const std::string words =
          write_page(directory, keep, [&](const fs::path& path) { fs::resize_file(path, size); });
      EXPECT_TRUE(words.ends_with(": another process has changed it")) << words;
      EXPECT_EQ(directory.content("got"), "old");
      EXPECT_FALSE(fs::exists(directory.path("got.part")));
      EXPECT_FALSE(fs::exists(directory.path("got.from")));
    }
  }
}

#ifdef __linux__
constexpr const char* of_files = "system.posix_acl_access";
constexpr const char* for_new_files = "system.posix_acl_default";

// Lets the owner and one other user in, and nobody else.
constexpr struct [[gnu::packed]] {
  struct [[gnu::packed]] Entry {
    std::uint16_t tag, permissions;
    std::uint32_t user = 0xffffffff;
  };
  std::uint32_t version = 2;
  Entry owner{0x01, 6}, user{0x02, 6, 1234}, group{0x04, 0}, mask{0x10, 6}, other{0x20, 0};
} list;

// Of a file with a list, the mode says of the group what the list lets anybody do.
TEST(Output, WhoIsInTheAccessListOfTheOldFileMayUseTheNewOne) {
  const auto set = [&](const std::string& path, const char* kind = of_files) {
    return setxattr(path.c_str(), kind, &list, sizeof list, 0) == 0;
  };
  const auto is_set = [&](const std::string& path) {
    std::array<char, sizeof list> now{};
    return getxattr(path.c_str(), of_files, now.data(), now.size()) == sizeof list &&
           std::memcmp(now.data(), &list, sizeof list) == 0;
  };
  for (const bool keep : {false, true}) {
    const TemporaryDirectory directory;
    directory.file("listed", "");
    const net::FileDescriptor other(
        open(directory.path("other").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (!set(directory.path("listed")) ||
        !net::copy_access_list(directory.path("listed").c_str(), other.get()) ||
        !is_set(directory.path("other"))) {
      GTEST_SKIP() << "no access lists here, or POSIX only";
    }
    const std::string got = directory.path("got");
    const auto nothing = [](const fs::path&) {};
    directory.file("got", "old");
    ASSERT_TRUE(set(got));
    EXPECT_EQ(write_page(directory, keep, nothing), "");
    EXPECT_EQ(directory.content("got"), "hello you");
    EXPECT_TRUE(is_set(got));
    // Nor does the directory let anybody in whom the old file kept out.
    ASSERT_TRUE(set(directory.path(), for_new_files));
    ASSERT_EQ(removexattr(got.c_str(), of_files), 0);
    EXPECT_EQ(write_page(directory, keep, nothing), "");
    EXPECT_LT(getxattr(got.c_str(), of_files, nullptr, 0), 0);
  }
}

// The umask does not count then.
TEST(Output, ANewFileHasTheModeThatItsDirectoryGives) {
  for (const bool keep : {false, true}) {
    const TemporaryDirectory directory;
    if (setxattr(directory.path().c_str(), for_new_files, &list, sizeof list, 0) != 0) {
      GTEST_SKIP() << "no access lists here";
    }
    Output output(directory.path("new"), keep);
    output.start_over(Partial{"http://a/", "\"a\"", 5});
    output.write(wire::bytes_of("hello"));
    output.complete();
    struct stat about {};
    ASSERT_EQ(stat(directory.path("new").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0660u);
    EXPECT_EQ(std::distance(fs::directory_iterator(directory.path()), fs::directory_iterator()), 1);
  }
}
#endif

TEST(Output, WhatNobodyTouchedBecomesThePage) {
  for (const bool keep : {false, true}) {
    const TemporaryDirectory directory;
    EXPECT_EQ(write_page(directory, keep, [](const fs::path&) {}), "");
    EXPECT_EQ(directory.content("got"), "hello you");
  }
}

}  // namespace
}  // namespace client
