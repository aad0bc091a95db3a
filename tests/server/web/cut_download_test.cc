// The lines of the web service's log: what was really sent, also of an answer that was cut.
#include <sys/socket.h>

#include <regex>

#include "cli/log.hh"
#include "support/web_site.hh"

namespace server {
namespace {

class CutDownload : public Web {
 protected:
  // The only line of the log, after a peer that took `taken` bytes of the answer, and then left.
  std::string line_of(const std::string& request, std::size_t taken) {
    {
      cli::LogWriter log(file_.get());
      site_.log = &log;
      {
        Conversation conversation(handler());
        conversation.send(request);
        std::size_t got = 0;
        while (got < taken) {
          const std::string some = conversation.receive_some();
          if (some.empty()) break;
          got += some.size();
        }
      }
      EXPECT_EQ(log.finish(30s), 0u);
    }
    std::string line(4096, '\0');
    line.resize(static_cast<std::size_t>(pread(file_.get(), line.data(), line.size(), 0)));
    EXPECT_EQ(ftruncate(file_.get(), 0), 0);
    return line;
  }
  // The status and the number of bytes there.
  std::pair<int, std::uint64_t> logged(const std::string& request, std::size_t taken) {
    const std::string line = line_of(request, taken);
    std::smatch match;
    EXPECT_TRUE(std::regex_match(line, match, std::regex(".*\" (\\d+) (\\d+)\n"))) << line;
    return {std::stoi(match[1]), std::stoull(match[2])};
  }

  const net::FileDescriptor file_{
      open(directory_.path("log").c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
};

constexpr std::uint64_t size = 64 * 1024 * 1024;  // more than any socket buffer takes

TEST_F(CutDownload, IsToldFromAWholeOne) {
  EXPECT_EQ(logged("GET /hello.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 5),
            std::pair(200, std::uint64_t{5}));
  EXPECT_EQ(logged("HEAD /hello.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 1),
            std::pair(200, std::uint64_t{0}));
  EXPECT_EQ(logged("GET /hello.txt HTTP/1.1\r\nHost: a\r\nRange: bytes=1-2\r\n"
                   "Connection: close\r\n\r\n",
                   5),
            std::pair(206, std::uint64_t{2}));
}

TEST_F(CutDownload, ARequestThatEndsNoLineIsLoggedAsFarAsItCame) {
  site_.silence = 500ms;
  for (const auto& [sent, words] : std::vector<std::pair<std::string, std::string>>{
           {"\x16\x03\x01\x02", "\"\\x16\\x03\\x01\\x02\" 400 "},  // TLS
           {"GET /hel", "\"GET /hel\" 408 "}}) {
    const std::string line = line_of(sent, 1);
    EXPECT_NE(line.find(words), line.npos) << line;
  }
}

TEST_F(CutDownload, IsLoggedWithTheBytesThatWentOut) {
  std::ofstream(directory_.path("www/large")).close();
  std::filesystem::resize_file(directory_.path("www/large"), size);
  for (const std::string range : {"", "Range: bytes=0-40000000,50000000-\r\n"}) {
    constexpr std::size_t taken = 1'000'000;
    const auto [status, sent] =
        logged("GET /large HTTP/1.1\r\nHost: a\r\n" + range + "\r\n", taken);
    EXPECT_EQ(status, range.empty() ? 200 : 206);
    // Of what was taken some hundred bytes are the head.
    EXPECT_GT(sent, taken - 1000);
    EXPECT_LT(sent, size / 2);
  }
}

TEST_F(CutDownload, OfAFileThatShrankIsLoggedWithTheBytesThatWereThere) {
  std::ofstream(directory_.path("www/large")).close();
  std::filesystem::resize_file(directory_.path("www/large"), size);
  cli::LogWriter log(file_.get());
  site_.log = &log;
  {
    Conversation conversation(handler());
    conversation.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    conversation.receive_until("\r\n\r\n");
    std::filesystem::resize_file(directory_.path("www/large"), 1000);
    conversation.receive_all();
  }
  EXPECT_EQ(log.finish(30s), 0u);
  std::ifstream lines(directory_.path("log"));
  std::string line;
  std::getline(lines, line);
  EXPECT_LT(std::stoull(line.substr(line.rfind(' '))), size / 2) << line;
}

}  // namespace
}  // namespace server
