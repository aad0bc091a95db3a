// Skips the tests of a program where too few descriptors may be open for all the clients and
// servers that they have at once.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>

#include "net/file_descriptor.hh"

class NeedsDescriptors final : public testing::Environment {
 public:
  explicit NeedsDescriptors(std::size_t count) : count_(count) {}
  void SetUp() override {
    const std::size_t limit = net::raise_descriptor_limit();
    // ctest looks for the mark, which googletest itself makes for a single test only.
    if (limit < count_) {
      GTEST_SKIP() << "[  SKIPPED ] " << count_ << " descriptors needed, of " << limit;
    }
  }

 private:
  const std::size_t count_;
};

// Once in a file.
#define NEEDS_DESCRIPTORS(count)                                 \
  [[maybe_unused]] inline const auto* const descriptors_needed = \
      testing::AddGlobalTestEnvironment(new NeedsDescriptors(count))
