#include "server/stages/session_record.hh"

#include <gtest/gtest.h>

#include "support/json_value.hh"

namespace server {
namespace {

SessionRecord example() {
  SessionRecord record;
  record.time = "2026-11-26T03:43:23.123Z";
  record.session = 2;
  record.peer = "127.0.0.1";
  record.port = 53190;
  record.id = 461;
  record.duration = 0.0021;
  record.packets_in = 1;
  return record;
}

TEST(SessionRecord, NamesTheRuleTheValueSeenAndTheOneExpected) {
  SessionRecord record = example();
  record.message = "b1";
  record.fault = wire::Fault{wire::Rule::step, "step 2", "1", "", "the server's step?"};
  record.words = "b1: step 2, 1 expected: the server's step?";
  EXPECT_EQ(json_line(record),
            "{\"time\":\"2026-11-26T03:43:23.123Z\",\"session\":2,\"peer\":\"127.0.0.1\","
            "\"port\":53190,\"id\":461,\"stage\":\"b\",\"complete\":false,\"duration\":0.002,"
            "\"packets_in\":1,\"packets_out\":0,\"rule\":4,\"message\":\"b1\",\"seen\":\"step 2\","
            "\"expected\":\"1\",\"guess\":\"the server's step?\","
            "\"words\":\"b1: step 2, 1 expected: the server's step?\",\"wrong\":null}\n");
}

TEST(SessionRecord, HasNullForWhatThereIsNot) {
  SessionRecord record = example();
  record.stage = 'd';
  record.complete = true;
  const std::string line = json_line(record);
  EXPECT_NE(line.find("\"complete\":true"), std::string::npos);
  EXPECT_TRUE(
      line.ends_with("\"rule\":null,\"message\":null,\"seen\":null,\"expected\":null,"
                     "\"guess\":null,\"words\":null,\"wrong\":null}\n"))
      << line;
}

TEST(SessionRecord, IsValidJsonOnOneLineWhateverTheTextHolds) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  for (const std::string& hostile :
       {all, std::string("\"},{\"a\":\""), std::string("\\"),
        std::string("\xc2\x9b\xe2\x80\xae\n\r"), std::string("\xff")}) {
    SessionRecord record = example();
    record.peer = record.message = record.words = record.wrong = hostile;
    record.fault = wire::Fault{wire::Rule::hello, hostile, hostile, hostile, hostile};
    const std::string line = json_line(record);
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    EXPECT_TRUE(parse_json(line.substr(0, line.size() - 1))) << line;
  }
}

}  // namespace
}  // namespace server
