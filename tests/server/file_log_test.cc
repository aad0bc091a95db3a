// What the file service says of each name with -v.
#include <gtest/gtest.h>

#include "server/handlers.hh"
#include "support/site.hh"

namespace server {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

TEST(FileLog, SaysHowEachNameEnded) {
  const TemporaryDirectory directory;
  directory.file("hello", "hello");
  directory.directory("dir");
  DocumentRoot root(directory.path());
  for (const auto& [sent, words] : std::vector<std::pair<std::string, std::string>>{
           {"hello\0"s, "hello: sent"},
           {"hello\0more"s, "hello: sent"},
           {"none\0"s, "none: No such file or directory"},
           {"dir\0"s, "dir: not a regular file"},
           {"../x\0"s, "../x: leads out of the directory"},
           {"hello", "hello: no NUL came to end this name"},
           {"hello\n", "hello\\x0a: no NUL came to end this name"},
           {"", "no name came"}}) {
    testing::internal::CaptureStderr();
    {
      Conversation conversation(
          [&](net::Stream& s) { serve_file(s, net::Address(), root, 10s, true); });
      conversation.send(sent);
      conversation.end();
      (void)conversation.receive_all();
    }
    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_TRUE(said.ends_with(": " + words + '\n')) << said;
  }
}

}  // namespace
}  // namespace server
