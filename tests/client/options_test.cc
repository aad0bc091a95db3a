#include "client/options.hh"

#include <gtest/gtest.h>

#include "client/services.hh"
#include "support/command_line.hh"

namespace client {
namespace {

using namespace std::chrono_literals;

Options parsed(const std::vector<std::string>& words) { return with_words("client", words, parse); }
std::string refusal(const std::vector<std::string>& words) { return usage_error(words, parsed); }

TEST(ClientOptions, EachServiceHasItsOwnPort) {
  EXPECT_EQ(parsed({"h"}).port, 12235);
  EXPECT_EQ(parsed({"-c", "h"}).port, 12235);
  EXPECT_EQ(parsed({"-e", "h"}).port, 7);
  EXPECT_EQ(parsed({"-f", "name", "h"}).port, 8080);
  EXPECT_EQ(parsed({"-f", "name", "h", "81"}).port, 81);
  EXPECT_EQ(parsed({"-f", "name", "h"}).file, "name");
  EXPECT_EQ(parsed({"http://h/"}).host, "http://h/");
}

TEST(ClientOptions, AHostIsNeededAndAPortIs1To65535) {
  EXPECT_EQ(refusal({}), "a HOST is needed");
  EXPECT_NE(refusal({"h", "0"}), "");
  EXPECT_NE(refusal({"h", "65536"}), "");
  EXPECT_EQ(parsed({"h", "65535"}).port, 65535);
  EXPECT_EQ(refusal({"h", "1", "2"}), "too many operands: \"2\"");
  EXPECT_NE(refusal({"80"}).find("PORT is the word after it"), std::string::npos);
  EXPECT_NE(refusal({"80", "h"}).find("PORT is the word after it"), std::string::npos);
  EXPECT_EQ(parsed({"0", "80"}).host, "0") << "this computer, on Linux";
  EXPECT_EQ(parsed({"2130706433"}).host, "2130706433") << "inet_aton(3)";
}

TEST(ClientOptions, FamiliesExcludeEachOther) {
  EXPECT_EQ(refusal({"-46", "h"}), "one of -4 and -6 at a time");
  EXPECT_EQ(refusal({"--ipv6", "-4", "h"}), "one of -4 and -6 at a time");
  EXPECT_EQ(parsed({"-66", "h"}).family, net::Family::ipv6);
}

TEST(ClientOptions, AUrlIsOneOfHttpAndHasItsPortInside) {
  EXPECT_EQ(refusal({"https://h/"}), "") << "that it is not spoken here is no wrong usage";
  EXPECT_NE(refusal({"ftp://h/"}).find("only http is spoken here"), std::string::npos);
  EXPECT_NE(refusal({"http://user@h/"}).find("without a user name"), std::string::npos);
  EXPECT_NE(refusal({"http://h/", "80"}).find("the port of a URL is part of it"),
            std::string::npos);
  EXPECT_EQ(refusal({"http://h/", "x"}), "too many operands: \"x\"");
  EXPECT_NE(refusal({"h/page"}).find("a URL begins with http://"), std::string::npos);
}

TEST(ClientOptions, KeepingNeedsAFile) {
  EXPECT_EQ(refusal({"-k", "http://h/"}), "-k goes with a URL and -o FILE");
  EXPECT_EQ(refusal({"-k", "-o", "-", "http://h/"}), "-k goes with a URL and -o FILE");
  EXPECT_TRUE(parsed({"-k", "-o", "page", "http://h/"}).keep);
  EXPECT_NE(refusal({"-k", "-o", "page", "h"}), "");
}

TEST(ClientOptions, ValuesHaveBounds) {
  EXPECT_EQ(parsed({"-i", "65535", "h"}).student_id, 65535);
  EXPECT_NE(refusal({"-i", "65536", "h"}), "");
  EXPECT_EQ(parsed({"-w", "1000", "h"}).window, 1000U);
  EXPECT_NE(refusal({"-w", "0", "h"}), "");
  EXPECT_EQ(parsed({"-t", "0.1", "h"}).time, 100ms);
  EXPECT_NE(refusal({"-t", "0", "h"}), "");
  EXPECT_NE(refusal({"-j", "0", "-c", "h"}), "");
}

}  // namespace
}  // namespace client
