// Another process meddles with a file that is being written: what it left never becomes the page.
#include "client/web/output.hh"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <string>

#include "cli/program.hh"
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

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Output, APartThatAnotherProcessBeganAnewDoesNotBecomeThePage) {
  const TemporaryDirectory directory;
  const std::string words = write_page(directory, true, [](const fs::path& unfinished) {
    fs::remove(unfinished);
    std::ofstream(unfinished) << "hel";
  });
  EXPECT_TRUE(words.ends_with("got.part: was removed, or is another file now")) << words;
  EXPECT_EQ(content(directory.path("got")), "old");
  EXPECT_EQ(content(directory.path("got.part")), "hel");
}

// The note beside it speaks of that one.
TEST(Output, TheNoteOfAPartThatAnotherProcessBeganAnewStays) {
  const TemporaryDirectory directory;
  Output output(directory.path("got"), true);
  fs::remove(directory.path("got.part"));
  directory.file("got.part", "hel");
  directory.file("got.from", "of another");
  EXPECT_THROW(output.start_over(Partial{"http://a/", "\"a\"", 9}), cli::Failure);
  EXPECT_EQ(content(directory.path("got.from")), "of another");
  EXPECT_EQ(content(directory.path("got.part")), "hel");
}

TEST(Output, AFileThatWasCutOrIsLongerIsNotThePage) {
  for (const bool keep : {false, true}) {
    for (const std::uintmax_t size : {0U, 2U, 7U}) {
      const TemporaryDirectory directory;
      const std::string words =
          write_page(directory, keep, [&](const fs::path& path) { fs::resize_file(path, size); });
      EXPECT_TRUE(words.ends_with(": another process has changed it")) << words;
      EXPECT_EQ(content(directory.path("got")), "old");
      EXPECT_FALSE(fs::exists(directory.path("got.part")));
      EXPECT_FALSE(fs::exists(directory.path("got.from")));
    }
  }
}

TEST(Output, WhatNobodyTouchedBecomesThePage) {
  for (const bool keep : {false, true}) {
    const TemporaryDirectory directory;
    EXPECT_EQ(write_page(directory, keep, [](const fs::path&) {}), "");
    EXPECT_EQ(content(directory.path("got")), "hello you");
  }
}

}  // namespace
}  // namespace client
