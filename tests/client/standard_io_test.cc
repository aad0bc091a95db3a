#include "client/standard_io.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <system_error>
#include <thread>
#include <vector>

#include "net/file_descriptor.hh"
#include "net/joining_thread.hh"
#include "support/descriptors.hh"

namespace client {
namespace {

// As another process may make it.
struct NonblockingPipe : Pipe {
  NonblockingPipe() {
    for (const int fd : {read_end.get(), write_end.get()}) fcntl(fd, F_SETFL, O_NONBLOCK);
  }
};

TEST(StandardIo, InputOfADescriptorThatDoesNotBlockIsWaitedFor) {
  NonblockingPipe input;
  const net::FileDescriptor before(dup(STDIN_FILENO));
  dup2(input.read_end.get(), STDIN_FILENO);
  std::array<std::uint8_t, 16> buffer;
  {
    const net::JoiningThread late([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      EXPECT_EQ(write(input.write_end.get(), "abc", 3), 3);
    });
    EXPECT_EQ(read_input(buffer).size(), 3U);
  }
  input.write_end.reset();
  EXPECT_TRUE(read_input(buffer).empty());
  close(STDIN_FILENO);
  EXPECT_THROW((void)read_input(buffer), std::system_error);
  dup2(before.get(), STDIN_FILENO);
}

TEST(StandardIo, OutputToADescriptorThatDoesNotBlockIsWhole) {
  NonblockingPipe output;
  std::size_t read_bytes = 0;
  {
    const net::JoiningThread reader([&] {
      std::array<std::uint8_t, 4096> buffer;
      while (read_bytes < 1'000'000) {
        const ssize_t count = read(output.read_end.get(), buffer.data(), buffer.size());
        if (count > 0) read_bytes += static_cast<std::size_t>(count);
      }
    });
    write_all(output.write_end.get(), std::vector<std::uint8_t>(1'000'000), "a pipe");
  }
  EXPECT_EQ(read_bytes, 1'000'000U);
  EXPECT_THROW(write_all(-1, std::vector<std::uint8_t>(1), "nothing"), std::system_error);
}

}  // namespace
}  // namespace client
