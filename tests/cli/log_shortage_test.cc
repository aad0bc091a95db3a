// A log while no thread is to be had.
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <system_error>

#include "cli/log.hh"
#include "support/thread_shortage.hh"

namespace cli {
namespace {

TEST(LogWriter, WithoutAThreadTheWordsSayWhatItIsFor) {
  threads_left = 0;
  std::string words;
  try {
    const LogWriter log(STDERR_FILENO);
  } catch (const std::system_error& error) {
    words = error.what();
  }
  threads_left = all_threads;
  EXPECT_TRUE(words.starts_with("start a thread for the log: ")) << words;
}

}  // namespace
}  // namespace cli
