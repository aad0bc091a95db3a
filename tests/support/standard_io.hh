// Standard input and output of a test that runs what uses them.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "net/file_descriptor.hh"
#include "support/site.hh"

// Standard input from a text and as many zero bytes, and standard output to a file, while it lives.
class StandardIo {
 public:
  explicit StandardIo(const std::string& input, std::uintmax_t zeros = 0) {
    directory_.file("in", input);
    std::filesystem::resize_file(directory_.path("in"), input.size() + zeros);
    redirect(STDIN_FILENO, "in", O_RDONLY);
    redirect(STDOUT_FILENO, "out", O_WRONLY | O_CREAT);
  }
  ~StandardIo() {
    for (const auto& [fd, before] : before_) dup2(before.get(), fd);
  }
  std::string output() {
    std::ifstream file(directory_.path("out"), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  void redirect(int fd, const std::string& name, int flags) {
    before_.emplace_back(fd, net::FileDescriptor(dup(fd)));
    const net::FileDescriptor file(open(directory_.path(name).c_str(), flags, 0600));
    dup2(file.get(), fd);
  }

  TemporaryDirectory directory_;
  std::vector<std::pair<int, net::FileDescriptor>> before_;
};
