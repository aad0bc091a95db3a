// Files that must not outlive a program that a signal ends.
#pragma once

#include <atomic>
#include <csignal>
#include <string>
#include <vector>

namespace client {

// While it lives, a signal that ends the program unlinks its files before. A signal that is
// ignored, as by nohup(1), stays ignored. The destructor unlinks them too. There is one at a time.
class UnfinishedFiles {
 public:
  UnfinishedFiles();
  ~UnfinishedFiles();
  UnfinishedFiles(const UnfinishedFiles&) = delete;
  UnfinishedFiles& operator=(const UnfinishedFiles&) = delete;

  void add(std::string path) { paths_.push_back(std::move(path)); }
  // From now on the files are unlinked, or not.
  void set_unwanted(bool unwanted) { unwanted_ = unwanted; }

 private:
  static void on_signal(int signal);
  void remove() const;

  std::vector<std::string> paths_;
  std::atomic<bool> unwanted_ = false;
  std::vector<struct sigaction> before_;
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
