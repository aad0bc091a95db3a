#include "server/options.hh"

#include <gtest/gtest.h>

#include "server/services.hh"
#include "support/command_line.hh"

namespace server {
namespace {

using namespace std::chrono_literals;

Options parsed(const std::vector<std::string>& words) { return with_words("server", words, parse); }
std::string refusal(const std::vector<std::string>& words) { return usage_error(words, parsed); }

TEST(ServerOptions, EachServiceHasItsOwnPortAndSilence) {
  struct Row {
    std::vector<std::string> words;
    std::uint16_t port;
    std::chrono::milliseconds silence;
    void (*run)(const Options&, ServiceLog&, int);
  };
  for (const Row& row :
       {Row{{}, 12235, 3s, run_stages}, Row{{"-c"}, 12235, 3s, run_exercise},
        Row{{"-d"}, 13, 60s, run_daytime}, Row{{"-e"}, 7, 600s, run_echo},
        Row{{"-f", "/tmp"}, 8080, 60s, run_file}, Row{{"-w", "/tmp"}, 8000, 60s, run_web}}) {
    const Options options = parsed(row.words);
    EXPECT_EQ(options.port, row.port);
    EXPECT_EQ(options.silence, row.silence);
    EXPECT_EQ(options.service->run, row.run);
  }
  EXPECT_EQ(parsed({"-t", "0.5"}).silence, 500ms);
  EXPECT_EQ(parsed({"-w", "/tmp"}).directory, "/tmp");
}

TEST(ServerOptions, PortIsTheLastWordAndMayBe0) {
  EXPECT_EQ(parsed({"0"}).port, 0);
  EXPECT_EQ(parsed({"65535"}).port, 65535);
  EXPECT_EQ(parsed({"-w", "/tmp", "80"}).port, 80);
  EXPECT_NE(refusal({"65536"}), "");
  EXPECT_NE(refusal({"-1"}), "");
  EXPECT_EQ(refusal({"1", "2"}), "too many operands: \"2\"");
}

TEST(ServerOptions, ASeedStandsAtItsOptionOrBeforeThePort) {
  EXPECT_EQ(parsed({"-c42"}).seed, 42U);
  EXPECT_EQ(parsed({"-c42", "7"}).port, 7);
  EXPECT_EQ(parsed({"-c", "42", "7"}).seed, 42U);
  EXPECT_EQ(parsed({"-c", "42", "7"}).port, 7);
  EXPECT_EQ(parsed({"-c", "7"}).seed, std::nullopt);
  EXPECT_EQ(parsed({"-c", "7"}).port, 7);
  EXPECT_EQ(parsed({"-c18446744073709551615"}).seed, UINT64_MAX);
  EXPECT_EQ(refusal({"-c42", "1", "2"}), "too many operands: \"2\"");
}

TEST(ServerOptions, AnAddressInThePlaceOfThePortIsToldWhereItGoes) {
  EXPECT_NE(refusal({"127.0.0.1"}).find("goes with -b"), std::string::npos);
  EXPECT_EQ(refusal({"99999"}).find("goes with -b"), std::string::npos);
  EXPECT_NE(refusal({"/var/www", "8000"}).find("a directory goes with -w"), std::string::npos);
  EXPECT_NE(refusal({"8000", "-w", "/", "."}).find("a directory goes with -w"), std::string::npos);
  EXPECT_NE(refusal({":8000"}).find("without the colon"), std::string::npos);
}

TEST(ServerOptions, OneLetterMayMeanTwoThings) {
  EXPECT_EQ(parsed({"-l", "50"}).loss_percent, 50U);
  EXPECT_TRUE(parsed({"-w", "/tmp", "-l"}).list);
  EXPECT_NE(refusal({"-l", "100"}), "");
}

}  // namespace
}  // namespace server
