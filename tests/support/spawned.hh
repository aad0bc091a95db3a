// The client as a process of its own.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <utility>
#include <vector>

namespace spawned {

// Killed by the destructor, unless it has ended. Its output is not shown.
class Client {
 public:
  explicit Client(std::vector<std::string> arguments)
      : Client(SOCKHOP_BINARY_DIR "/client", std::move(arguments)) {}
  ~Client() {
    if (pid_ <= 0) return;
    kill(SIGKILL);
    status();
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void kill(int signal) const { ::kill(pid_, signal); }
  // Waits for the end; as waitpid(2) has it.
  int status() {
    int status = 1 << 8;  // if it never began
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return status;
  }

 protected:
  Client(const std::string& program, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), program);
    std::vector<char*> words;
    for (std::string& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
      posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_WRONLY, 0);
    }
    EXPECT_EQ(posix_spawn(&pid_, program.c_str(), &actions, nullptr, words.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
  }

 private:
  pid_t pid_ = -1;
};

// The same with SIGHUP ignored from the start, as by nohup(1).
class Nohup : public Client {
 public:
  explicit Nohup(std::vector<std::string> arguments) : Client("/bin/sh", in_shell(arguments)) {}

 private:
  static std::vector<std::string> in_shell(std::vector<std::string>& arguments) {
    const std::vector<std::string> shell = {"-c", "trap '' HUP; exec \"$@\"", "sh",
                                            SOCKHOP_BINARY_DIR "/client"};
    arguments.insert(arguments.begin(), shell.begin(), shell.end());
    return std::move(arguments);
  }
};

}  // namespace spawned
