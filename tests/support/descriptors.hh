// Descriptors of a test: pipes, standard ones that go to a file, and limits on them.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "net/file_descriptor.hh"

struct Pipe {
  Pipe() {
    int ends[2] = {-1, -1};
    EXPECT_EQ(pipe(ends), 0);
    read_end = net::FileDescriptor(ends[0]);
    write_end = net::FileDescriptor(ends[1]);
  }
  // Waits for something to read.
  [[nodiscard]] std::string read_some() const {
    std::string text(1 << 20, '\0');
    const ssize_t size = read(read_end.get(), text.data(), text.size());
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
  }
  // What is there already.
  [[nodiscard]] std::string take() const {
    fcntl(read_end.get(), F_SETFL, O_NONBLOCK);
    return read_some();
  }

  net::FileDescriptor read_end, write_end;
};

// A descriptor, as that of standard error, goes to a file as long as this lives; the file can be
// read meanwhile.
class SentToFile {
 public:
  explicit SentToFile(int fd) : fd_(fd), before_(dup(fd)) { dup2(fileno(file_), fd); }
  ~SentToFile() {
    dup2(before_.get(), fd_);
    std::fclose(file_);
  }
  SentToFile(const SentToFile&) = delete;
  SentToFile& operator=(const SentToFile&) = delete;
  [[nodiscard]] std::string text() const {
    std::string all;
    char text[4096];
    while (true) {
      const ssize_t size = pread(fileno(file_), text, sizeof text, static_cast<off_t>(all.size()));
      if (size <= 0) return all;
      all.append(text, static_cast<std::size_t>(size));
    }
  }

 private:
  const int fd_;
  std::FILE* file_ = std::tmpfile();
  net::FileDescriptor before_;
};

// A limit of this process (getrlimit(2)) is lower until it is lifted.
class LowerLimit {
 public:
  using Resource = decltype(RLIMIT_NOFILE);  // an enum in glibc, an int elsewhere
  LowerLimit(Resource resource, rlim_t limit) : resource_(resource) {
    getrlimit(resource, &before_);
    const rlimit lower{limit, before_.rlim_max};
    EXPECT_EQ(setrlimit(resource, &lower), 0);
  }
  ~LowerLimit() { lift(); }
  LowerLimit(const LowerLimit&) = delete;
  LowerLimit& operator=(const LowerLimit&) = delete;
  void lift() const { setrlimit(resource_, &before_); }

 private:
  const Resource resource_;
  rlimit before_{};
};
