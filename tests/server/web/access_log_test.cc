#include "server/web/response.hh"

#include <gtest/gtest.h>

#include <string>

#include "support/descriptors.hh"

namespace server {
namespace {

using namespace std::chrono_literals;

// The line of a request, as the log has it.
std::string logged(std::string_view request_line) {
  const Pipe pipe;
  cli::LogWriter log(pipe.write_end.get());
  log_request(log, net::Address::parse("127.0.0.1")->with_port(80), 784111777, request_line,
              wire::http::Status::ok, 5);
  EXPECT_EQ(log.finish(20s), 0U);
  return pipe.read_some();
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
