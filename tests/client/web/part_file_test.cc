// The files that -k writes: whose they are, and the note beside a part.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "client/web/keep.hh"
#include "client/web/partial.hh"
#include "support/prefixes.hh"

namespace client {
namespace {

TEST_F(Keep, NothingIsKeptOfNothing) {
  for (const std::string& answer : {ok + tag + "Content-Length: 9\r\n\r\n", ""s,
                                    "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"s}) {
    const WebServer server({{answer}});
    EXPECT_NE(fetch(server.url("/"), true), "");
    EXPECT_EQ(files(), 0u) << answer;
  }
}

TEST_F(Keep, APartIsThisUsersOwnWhateverTheWholeWillBe) {
  directory_.file("got", "earlier");
  ASSERT_EQ(chmod(directory_.path("got").c_str(), 0222), 0);
  const WebServer server({{cut}, {rest}});
  const mode_t mask = umask(0777);
  const std::string words = fetch(server.url("/"), true);
  umask(mask);
  EXPECT_NE(words, "");
  const auto mode = [this](const char* name) {
    return static_cast<int>(std::filesystem::status(directory_.path(name)).permissions());
  };
  EXPECT_EQ(mode("got.part"), 0600);
  EXPECT_EQ(mode("got.from"), 0600);
  EXPECT_EQ(fetch(server.url("/"), true), "");
  EXPECT_EQ(mode("got"), 0222);
}

TEST_F(Keep, OnlyARegularFileIsGoneOnWith) {
  const std::string path = directory_.path("got.part");
  const std::string words = path + ": is no regular file";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(fetch("http://127.0.0.1:1/", true), words);
  std::filesystem::remove(path);
  directory_.directory("got.part");
  EXPECT_EQ(fetch("http://127.0.0.1:1/", true), words);
  std::filesystem::remove(path);
  directory_.file("other", "precious");
  directory_.link("got.part", "other");
  EXPECT_EQ(fetch("http://127.0.0.1:1/", true), words);
  EXPECT_EQ(content("other"), "precious");
  std::filesystem::remove(path);
  directory_.file("got.from", "a letter");
  EXPECT_EQ(fetch("http://127.0.0.1:1/", true),
            directory_.path("got.from") + ": is a file that -k did not write");
  EXPECT_EQ(content("got.from"), "a letter");
  EXPECT_EQ(files(), 2u);
}

TEST_F(Keep, TwoAtOnceDoNotMix) {
  const net::FileDescriptor other = open_part(directory_.path("got.part"));
  EXPECT_EQ(fetch("http://127.0.0.1:1/", true),
            directory_.path("got.part") + ": another process is writing to it");
}

TEST(Partial, EveryProperPrefixOfANoteIsRefused) {
  for (const Partial& partial :
       {Partial{"http://a/", "\"x\"", 9}, Partial{"http://a/", "\"\"", {}}}) {
    const std::string text = to_text(partial);
    EXPECT_EQ(parse_partial(text), partial);
    expect_only_whole(wire::bytes_of(text), [](wire::Bytes bytes) {
      return parse_partial({reinterpret_cast<const char*>(bytes.data()), bytes.size()}).has_value();
    });
  }
  EXPECT_FALSE(parse_partial("sockhop part 2\nurl a\nvalidator b\nend\n"));
  EXPECT_FALSE(parse_partial("sockhop part 1\nurl a\nvalidator b\ntotal x\nend\n"));
}

}  // namespace
}  // namespace client
