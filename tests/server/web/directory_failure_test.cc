// A directory or an entry of it that cannot be read: no list may say less than there is.
#include <dirent.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <string_view>
#include <vector>

#include "server/web/directory_list.hh"
#include "support/descriptors.hh"
#include "support/libc_call.hh"
#include "support/web_site.hh"

// glibc declares its calls so; other libraries have no such word.
#ifndef __THROW
#define __THROW
#endif

namespace {

int entries_to_read = -1;  // before reading the directory fails; never if negative
int look_error = 0;        // with which an open file cannot be looked at, if not 0
int entry_error = 0;       // the same for an entry called "odd"

}  // namespace

// The test's own body of what the library calls. Where a long has 32 bits, those whose name ends in
// 64 take the wide types, which the library is built with.
extern "C" dirent* readdir(DIR* stream) {
  if (entries_to_read == 0) {
    errno = EIO;
    return nullptr;
  }
  if (entries_to_read > 0) --entries_to_read;
  static const auto wide = find_libc_call<decltype(readdir)>("readdir64");
  static const auto real = wide ? wide : find_libc_call<decltype(readdir)>("readdir");
  return real(stream);
}

extern "C" int fstat(int fd, struct stat* about) __THROW {
  if (look_error != 0) {
    errno = look_error;
    return -1;
  }
  static const auto wide = find_libc_call<int(int, struct stat*)>("fstat64");
  static const auto real = wide ? wide : find_libc_call<int(int, struct stat*)>("fstat");
  return real(fd, about);
}

extern "C" int fstatat(int directory, const char* name, struct stat* about, int flags) __THROW {
  if (entry_error != 0 && std::string_view(name) == "odd") {
    errno = entry_error;
    return -1;
  }
  using Call = int(int, const char*, struct stat*, int);
  static const auto wide = find_libc_call<Call>("fstatat64");
  static const auto real = wide ? wide : find_libc_call<Call>("fstatat");
  return real(directory, name, about, flags);
}

namespace server {
namespace {

class FailingList : public Web {
 protected:
  FailingList() { site_.list = true; }
};

// As behind a file server that is gone.
TEST_F(FailingList, WhatCannotBeLookedAtIsNotSaidToBeMissing) {
  for (const int error : {ENOTCONN, ETIMEDOUT, ESTALE, EIO}) {
    look_error = error;
    const std::string file = get("/hello.txt"), list = get("/dir/");
    look_error = 0;
    EXPECT_EQ(status(file), "HTTP/1.1 500 Internal Server Error") << error;
    EXPECT_EQ(status(list), "HTTP/1.1 500 Internal Server Error") << error;
  }
  for (const int error : {EMFILE, ENOBUFS}) {
    look_error = error;
    const std::string file = get("/hello.txt");
    look_error = 0;
    EXPECT_EQ(status(file), "HTTP/1.1 503 Service Unavailable") << error;
  }
}

// As the mounted file system of another user, or one whose server is gone: it has a name, and no
// more can be told of it.
TEST_F(FailingList, AnEntryThatMayNotBeLookedAtIsListedByItsName) {
  directory_.file("www/dir/odd", "1");
  directory_.file("www/dir/other", "12");
  for (const int error : {EACCES, ENOTCONN}) {
    entry_error = error;
    const std::string list = get("/dir/");
    entry_error = 0;
    EXPECT_EQ(status(list), "HTTP/1.1 200 OK") << error;
    expect_in_order(list, {"<a href=\"odd\" title=\"odd\"><bdi>odd</bdi></a><td><td>",
                           "<bdi>other</bdi></a><td title=\"2 bytes\">"});
  }
  entry_error = EIO;
  EXPECT_EQ(status(get("/dir/")), "HTTP/1.1 500 Internal Server Error");
  entry_error = ENOMEM;
  EXPECT_EQ(status(get("/dir/")), "HTTP/1.1 503 Service Unavailable");
  entry_error = 0;
}

// A page that lacks entries must not pass for a whole one.
TEST_F(FailingList, ADirectoryThatCannotBeReadIsNoEmptyOne) {
  const net::FileDescriptor file(open(directory_.path("www/hello.txt").c_str(), O_RDONLY));
  EXPECT_FALSE(directory_list(*root_, file.get(), "dir", ""));
  EXPECT_EQ(errno, EIO);
  const net::FileDescriptor directory(open(directory_.path("www/dir").c_str(), O_RDONLY));
  const LowerLimit few(RLIMIT_NOFILE, 64);
  std::vector<net::FileDescriptor> all;
  while (all.empty() || all.back()) all.emplace_back(dup(directory.get()));
  const auto list = directory_list(*root_, directory.get(), "dir", "");
  const int error = errno;
  few.lift();
  EXPECT_FALSE(list);
  EXPECT_EQ(error, EMFILE);
}

TEST_F(FailingList, ADirectoryThatIsReadInPartOnlyIsNoWholeOne) {
  for (const int entries : {0, 1, 3}) {
    const net::FileDescriptor directory(open(directory_.path("www").c_str(), O_RDONLY));
    entries_to_read = entries;
    const auto list = directory_list(*root_, directory.get(), "", "");
    const int error = errno;
    entries_to_read = -1;
    EXPECT_FALSE(list) << entries;
    EXPECT_EQ(error, EIO);
  }
}

// One descriptor is for the directory, and none is left to see what the link leads to.
TEST_F(FailingList, AnEntryThatCannotBeToldIsNotLeftOut) {
  directory_.link("www/dir/to-file", "../hello.txt");
  const net::FileDescriptor directory(open(directory_.path("www/dir").c_str(), O_RDONLY));
  const int lowest = net::FileDescriptor(dup(directory.get())).get();
  const LowerLimit tight(RLIMIT_NOFILE, static_cast<rlim_t>(lowest) + 1);
  const auto list = directory_list(*root_, directory.get(), "dir", "");
  const int error = errno;
  tight.lift();
  EXPECT_FALSE(list);
  EXPECT_EQ(error, EMFILE);
}

}  // namespace
}  // namespace server
