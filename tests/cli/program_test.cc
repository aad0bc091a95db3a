// Where a program begins: the name it was started by, its errors and its exit status.
#include "cli/program.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <new>
#include <system_error>
#include <vector>

namespace {

struct Outcome {
  int status;
  std::string errors;
};

// Runs a body as the program that was started with these words.
Outcome run(std::vector<std::string> words, int (*body)(int, char**)) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  testing::internal::CaptureStderr();
  const int status = cli::run("client", static_cast<int>(words.size()), argv.data(), body);
  return {status, testing::internal::GetCapturedStderr()};
}

int fail(int, char**) { throw cli::Failure("no luck"); }

TEST(Run, MessagesCarryTheNameTheProgramWasStartedBy) {
  for (const auto& [started, name] : {std::pair("client", "client"),
                                      {"/opt/it/sockhop-client", "sockhop-client"},
                                      {"./x", "x"},
                                      {"-client", "client"},
                                      {"/opt/-client", "client"},
                                      {"", "client"},
                                      {"/", "client"},
                                      {"-", "client"},
                                      {"a b", "a b"},
                                      {"a\nb: c\x1b[2J", "a\\x0ab: c\\x1b[2J"},
                                      {"\xc2\x9b\xff", "\\xc2\\x9b\\xff"},
                                      {"a.b+c&d|e", "a.b+c&d|e"}}) {
    EXPECT_EQ(run({started}, fail).errors, std::string(name) + ": no luck\n");
  }
  EXPECT_EQ(run({}, fail).errors, "client: no luck\n");
}

TEST(Run, AUsageErrorIsOneLineAndOneThatNamesTheHelp) {
  const Outcome outcome =
      run({"/bin/x-client"}, [](int, char**) -> int { throw cli::UsageError("what is\nwrong"); });
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.errors, "x-client: what is\\x0awrong\nTry 'x-client --help'.\n");
}

TEST(Run, AnAnswerIsPrintedAndNoFailure) {
  testing::internal::CaptureStdout();
  const Outcome outcome = run({"x"}, [](int, char**) -> int { throw cli::Answer("so\n"); });
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "so\n");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.errors, "");
}

TEST(Run, TheStatusIsTheBodysOrOneForAFailure) {
  EXPECT_EQ(run({"x"}, fail).status, 1);
  EXPECT_EQ(run({"x"}, [](int argc, char**) { return 40 + argc; }).status, 41);
}

TEST(Run, ALackOfMemoryIsSaidInWords) {
  const Outcome outcome = run({"client"}, [](int, char**) -> int { throw std::bad_alloc(); });
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.errors, "client: out of memory\n");
}

TEST(Run, TheVersionHasTheName) {
  run({"x-client"}, [](int, char**) { return 0; });
  EXPECT_TRUE(cli::version_text().starts_with("x-client (Sockhop) "));
}

int fail_as_a_peer_says(int, char**) {
  throw cli::Failure(
      "404 \xc2\x9b"
      "2J\x9b\x1b[2J\xe2\x80\xae"
      "b\xc3\xbc"
      "cher");
}

TEST(Run, WhatAPeerSaysReachesTheTerminalAsTextOnly) {
  EXPECT_EQ(run({"client"}, fail_as_a_peer_says).errors,
            "client: 404 \\xc2\\x9b2J\\x9b\\x1b[2J\\xe2\\x80\\xaeb\xc3\xbc"
            "cher\n");
}

// Runs a body in a process of its own, after a step that prepares it; returns its exit status.
int status_of(void (*prepare)(), int (*body)(int, char**)) {
  const pid_t child = fork();
  if (child == 0) {
    prepare();
    _exit(cli::run("x", 0, nullptr, body));
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// The next file or socket would get their numbers, and with them what is printed.
TEST(Run, StandardDescriptorsThatAreClosedAreOpenedAndStillFail) {
  const auto close_all = [] {
    for (int fd = 0; fd < 256; ++fd) close(fd);  // and those that this program was started with
  };
  const auto next_number = [](int, char**) { return dup(open("/dev/null", O_RDONLY)) - 1; };
  EXPECT_EQ(status_of(close_all, next_number), 3);
  EXPECT_EQ(status_of(close_all,
                      [](int, char**) -> int {
                        cli::print("lost");
                        return 0;
                      }),
            1);
}

TEST(Run, OutputThatCannotBeWrittenIsAFailure) {
  const auto fill_the_disk = [] { dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO); };
  EXPECT_EQ(status_of(fill_the_disk,
                      [](int, char**) {
                        try {
                          cli::print("lost");
                          return 0;
                        } catch (const std::system_error& error) {
                          return error.code() == std::errc::no_space_on_device ? 5 : 6;
                        }
                      }),
            5);
}

// As a full disk is, and not a signal's death: the server's log may be what has grown so far.
TEST(Run, AFileThatMayGrowNoFurtherIsAFailure) {
  const auto limit_files = [] {
    constexpr rlimit none{0, 0};
    setrlimit(RLIMIT_FSIZE, &none);
    dup2(fileno(tmpfile()), STDOUT_FILENO);
  };
  EXPECT_EQ(status_of(limit_files,
                      [](int, char**) -> int {
                        cli::print("lost");
                        return 0;
                      }),
            1);
}

}  // namespace
