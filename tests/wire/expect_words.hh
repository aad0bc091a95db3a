// Packets beside the words for what is wrong with them.
#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "wire/diagnosis.hh"
#include "wire/packets.hh"

namespace wire {

struct Case {
  Packet packet;
  const char* words;
};

inline void expect_words(const std::vector<Case>& cases,
                         const std::function<std::optional<Fault>(Bytes)>& judge) {
  for (const Case& row : cases) {
    const auto fault = judge(row.packet);
    EXPECT_EQ(fault ? fault->text() : "", row.words);
  }
}

}  // namespace wire
