// No name, and no change of the tree while a name is resolved, leads out of the directory.
#include <sys/syscall.h>
#include <sys/un.h>

#include <atomic>
#include <cerrno>

#include "net/kernel.hh"
#include "server/document_root.hh"
#include "server/handlers.hh"
#include "server/web/web.hh"
#include "support/site.hh"
#include "wire/words.hh"

namespace server {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

constexpr const char* secret = "the secret outside";

class HostileNames : public testing::Test {
 protected:
  HostileNames() {
    directory_.directory("www");
    directory_.directory("www/sub");
    directory_.directory("outside");
    directory_.file("secret", secret);
    directory_.file("outside/secret", secret);
    directory_.file("www-secret", secret);
    directory_.file("www/inside", "inside");
    directory_.file("www/sub/inside", "inside");
    directory_.link("www/up", "..");
    directory_.link("www/file-out", "../secret");
    directory_.link("www/absolute", directory_.path("secret"));
    directory_.link("www/absolute-inside", directory_.path("www/inside"));
    directory_.link("www/root", "/");
    directory_.link("www/chain", "chain2");
    directory_.link("www/chain2", "up");
    directory_.link("www/sub/up-and-out", "../../outside");
    directory_.link("www/sub/back", "../inside");
    directory_.link("www/magic-cwd", "/proc/self/cwd");
    directory_.link("www/magic-root", "/proc/self/root");
    directory_.link("www/magic-fd", "/proc/self/fd/0");
    directory_.link("www/loop", "loop");
    EXPECT_EQ(mkfifo(directory_.path("www/fifo").c_str(), 0644), 0);
    root_.emplace(directory_.path("www"));
    place_ = net::FileDescriptor(open(directory_.path("www").c_str(), O_RDONLY | O_DIRECTORY));
    site_ = {&*root_, 10s, true, nullptr};
  }

  std::string ask_web(const std::string& target) {
    Conversation conversation([this](net::Stream& s) { serve_web(s, net::Address(), site_); });
    conversation.send("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    conversation.end();
    return conversation.receive_all();
  }
  std::string ask_file(const std::string& name) {
    Conversation conversation(
        [this](net::Stream& s) { serve_file(s, net::Address(), *root_, 10s, false); });
    conversation.send(name + '\0');
    conversation.end();
    return conversation.receive_all();
  }

  TemporaryDirectory directory_;
  std::optional<DocumentRoot> root_;
  net::FileDescriptor place_;  // the same, for open_stepwise
  Site site_;
};

// What leads up, or out, in the eyes of some decoder; the web's targets are made of these too.
constexpr std::string_view ways_out =
    "../ ..%2f ..%2F %2e%2e/ %2E%2e/ %2e%2e%2f .%2e/ %2e./ %252e%252e/ %252e%252e%252f ..%252f "
    "..\\ ..%5c %2e%2e%5c ..%255c ....// ..././ .../ ..;/ ..%00/ %00../ ..%0d/ ..%20/ "
    "%c0%ae%c0%ae/ %c0%ae%c0%ae%c0%af ..%c0%af ..%c1%9c %e0%80%ae%e0%80%ae/ "
    "%f0%80%80%ae%f0%80%80%ae/ \xc0\xae\xc0\xae/ ..\xc0\xaf %uff0e%uff0e/ "
    "\xef\xbc\x8e\xef\xbc\x8e/ %u002e%u002e%u2215 ./../ sub/../../ sub/%2e%2e/%2e%2e/ /../ "
    "//../ / // sub//..//..// inside/../../ nowhere/../../ up/ sub/../up/ chain/ "
    "sub/up-and-out/ magic-cwd/ magic-root/proc/self/cwd/../ root/../";
constexpr std::string_view other_names =
    "file-out absolute absolute-inside up up/ up/secret root root/ root/etc/passwd /etc/passwd "
    "//etc/passwd file:///etc/passwd magic-root/ magic-root/etc/passwd magic-fd loop fifo .. "
    "../ ../www ../www-secret sub/up-and-out sub/up-and-out/ %2fetc%2fpasswd "
    "etc/passwd%00.html";

std::vector<std::string> names() {
  std::vector<std::string> all{""};
  for (std::string_view rest = ways_out; !rest.empty();) {
    const std::string way(wire::take_word(rest));
    for (const char* target : {"secret", "outside/secret", "www-secret"})
      all.push_back(way + target);
  }
  for (std::string_view rest = other_names; !rest.empty();) all.emplace_back(wire::take_word(rest));
  std::string deep;
  for (int i = 0; i < 60; ++i) deep += "../";
  all.push_back(deep + "etc/passwd");
  all.push_back("sub/" + deep + "etc/passwd");
  return all;
}

bool leaks(const std::string& answer) {
  return answer.find(secret) != std::string::npos || answer.find("root:") != std::string::npos ||
         answer.find("www-secret") != std::string::npos;
}

TEST_F(HostileNames, AreManyEnough) { EXPECT_GE(names().size(), 60u); }

TEST_F(HostileNames, NeverLeadOutOnTheWeb) {
  for (const std::string& name : names()) {
    for (const std::string& target :
         {'/' + name, "http://a/" + name, "/?/" + name, "/sub/" + name}) {
      if (target.find('\0') != std::string::npos) continue;
      EXPECT_FALSE(leaks(ask_web(target))) << target;
    }
  }
}

TEST_F(HostileNames, NeverLeadOutThroughTheFileService) {
  for (const std::string& name : names()) {
    const std::string got = ask_file(name);
    EXPECT_TRUE(got.empty() || got == "inside") << name << ": " << got;
  }
  EXPECT_EQ(ask_file("inside"), "inside");
  EXPECT_EQ(ask_file("sub/../inside"), "inside");
  EXPECT_EQ(ask_file("sub/back"), "inside");
  EXPECT_EQ(ask_file("sub"), "");
  EXPECT_EQ(ask_file(std::string(5000, 'a')), "");
}

TEST_F(HostileNames, NeverLeadOutWithoutOpenat2) {
  for (const std::string& name : names()) {
    const net::FileDescriptor file = open_stepwise(place_.get(), name);
    char text[64] = {};
    if (file && read(file.get(), text, sizeof text - 1) > 0) {
      EXPECT_STREQ(text, "inside") << name;
    }
  }
  const auto opens = [this](const char* name) -> bool {
    return !!open_stepwise(place_.get(), name);
  };
  EXPECT_TRUE(opens("inside"));
  EXPECT_TRUE(opens("sub/inside"));
  EXPECT_TRUE(opens("./sub//inside"));
  EXPECT_TRUE(opens("sub"));
  EXPECT_TRUE(opens(""));
  EXPECT_FALSE(opens("sub/back"));
  EXPECT_FALSE(opens("inside/x"));
  EXPECT_FALSE(opens("nowhere"));
}

TEST_F(HostileNames, LinksThatStayInsideAreFollowed) {
  EXPECT_TRUE(ask_web("/sub/back").ends_with("\r\n\r\ninside"));
}

TEST_F(HostileNames, AnUnreadableFileIsForbidden) {
  directory_.file("www/private", secret);
  std::filesystem::permissions(directory_.path("www/private"), std::filesystem::perms::none);
  if (geteuid() == 0) {
    // The superuser may read everything: an unprivileged thread asks instead.
    std::string answer;
    std::thread([&] {
      ASSERT_EQ(syscall(SYS_setresuid, 65534, 65534, 65534), 0);  // this thread alone
      std::filesystem::path unused;
      const net::FileDescriptor file = root_->open("private");
      EXPECT_FALSE(file);
      EXPECT_EQ(errno, EACCES);
    }).join();
    return;
  }
  EXPECT_TRUE(ask_web("/private").starts_with("HTTP/1.1 403 "));
}

// A directory that may be used, though not read, as a home on many a server, sends to its slash.
TEST_F(HostileNames, AnUnreadableDirectoryWithAnIndexIsStillADirectory) {
  if ((net::only_a_place & O_PATH) == 0) GTEST_SKIP() << "this system reads where it walks";
  directory_.directory("www/home");
  directory_.file("www/home/index.html", "home");
  directory_.directory("www/empty-home");
  for (const char* name : {"www/home", "www/empty-home"}) {
    ASSERT_EQ(chmod(directory_.path(name).c_str(), 0111), 0);
  }
  std::filesystem::permissions(directory_.path(""), std::filesystem::perms::all);
  const auto ask = [this](const std::string& target) {
    Conversation conversation([this](net::Stream& s) {
      // The superuser may read everything: this thread alone is somebody else.
      if (geteuid() == 0) {
        EXPECT_EQ(syscall(SYS_setresuid, 65534, 65534, 65534), 0);
      }
      serve_web(s, net::Address(), site_);
    });
    conversation.send("GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    return conversation.receive_all();
  };
  EXPECT_TRUE(ask("/home/").ends_with("\r\n\r\nhome"));
  const std::string redirect = ask("/home");
  EXPECT_TRUE(redirect.starts_with("HTTP/1.1 301 ")) << redirect;
  EXPECT_NE(redirect.find("\r\nLocation: /home/\r\n"), std::string::npos) << redirect;
  EXPECT_TRUE(ask("/empty-home").starts_with("HTTP/1.1 403 "));
  for (const char* name : {"www/home", "www/empty-home"}) {
    EXPECT_EQ(chmod(directory_.path(name).c_str(), 0700), 0) << "so that it can be removed";
  }
}

// Another process turns a directory into a link that leads out and back, again and again, while its
// file is asked for.
TEST_F(HostileNames, ALinkThatComesInBetweenDoesNotLeadOut) {
  directory_.directory("www/flip");
  directory_.file("www/flip/secret", "inside");
  directory_.link("trap", "../outside");
  const std::string flip = directory_.path("www/flip"), trap = directory_.path("trap");
  std::atomic<bool> stop = false;
  std::thread flipper([&] {
    while (!stop) {
      // Both names change places at once, so that there is always one.
      syscall(SYS_renameat2, AT_FDCWD, flip.c_str(), AT_FDCWD, trap.c_str(), 2 /* EXCHANGE */);
    }
  });
  int inside = 0, refused = 0;
  for (int i = 0; i < 20000; ++i) {
    const bool by_steps = i % 2 == 1;
    const net::FileDescriptor file =
        by_steps ? open_stepwise(place_.get(), "flip/secret") : root_->open("flip/secret");
    char text[64] = {};
    if (!file) {
      ++refused;
    } else if (read(file.get(), text, sizeof text - 1) > 0 && text == "inside"s) {
      ++inside;
    } else {
      ADD_FAILURE() << "read \"" << text << '"';
      break;
    }
  }
  for (int i = 0; i < 500; ++i) {
    const std::string answer = ask_web("/flip/../flip/secret");
    EXPECT_FALSE(leaks(answer)) << answer;
  }
  stop = true;
  flipper.join();
  EXPECT_GT(inside, 0);
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace server
