// Files that must not outlive a program that a signal ends.
#pragma once

#include <array>
#include <atomic>
#include <csignal>
#include <string>
#include <vector>

namespace client {

// Unlinks files when it is destroyed, and when a signal ends the program. A signal that is ignored,
// as by nohup(1), stays ignored. There is one object at a time.
class UnfinishedFiles {
 public:
  enum class Fate { unlinked, unlinked_if_empty, kept };

  UnfinishedFiles();
  ~UnfinishedFiles();
  UnfinishedFiles(const UnfinishedFiles&) = delete;
  UnfinishedFiles& operator=(const UnfinishedFiles&) = delete;

  // The first one decides what is empty.
  void add(std::string path) { paths_.push_back(std::move(path)); }
  void set_fate(Fate fate) { fate_ = fate; }

 private:
  static void on_signal(int signal);
  void remove() const;

  std::vector<std::string> paths_;
  std::atomic<Fate> fate_ = Fate::unlinked;
  std::array<struct sigaction, NSIG> before_{};  // by signal
};

// While it lives, signals that would end the program wait: a file that is created then has its
// handler when they come.
class SignalsHeld {
 public:
  SignalsHeld();
  ~SignalsHeld();
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

 private:
  sigset_t before_;
};

}  // namespace client
