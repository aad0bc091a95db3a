#include "server/web/access_log.hh"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>

#include "net/file_descriptor.hh"

namespace server {
namespace {

using namespace std::chrono_literals;

// The line of a request, as the log has it.
std::string logged(std::string_view request_line) {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);
  const net::FileDescriptor read_end(ends[0]), write_end(ends[1]);
  cli::LogWriter log(write_end.get());
  log_request(log, net::Address::parse("127.0.0.1")->with_port(80), 784111777, request_line,
              wire::http::Status::ok, 5);
  EXPECT_EQ(log.finish(20s), 0U);
  std::array<char, 4096> text;
  const ssize_t size = read(read_end.get(), text.data(), text.size());
  return {text.data(), static_cast<std::size_t>(size)};
}

TEST(AccessLog, IsInTheCommonLogFormat) {
  EXPECT_EQ(logged("GET / HTTP/1.1"),
            "127.0.0.1 - - [06/Nov/1994:08:49:37 +0000] \"GET / HTTP/1.1\" 200 5\n");
}

TEST(AccessLog, ARequestCannotLeaveItsQuotesNorItsLine) {
  const std::string_view hostile = "GET /\" 200 5\\\r\n\x1b[2J\x7f\xc2\x9b HTTP/1.1";
  EXPECT_EQ(
      logged(hostile),
      "127.0.0.1 - - [06/Nov/1994:08:49:37 +0000] \"GET /\\\" 200 5\\\\\\x0d\\x0a\\x1b[2J\\x7f"
      "\\xc2\\x9b HTTP/1.1\" 200 5\n");
}

}  // namespace
}  // namespace server
