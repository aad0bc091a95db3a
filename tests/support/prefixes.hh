// The one check that every parser goes through.
#pragma once

#include <gtest/gtest.h>

#include "wire/bytes.hh"

// Each proper prefix of a good packet is refused, and the whole is accepted. `accepts` is a
// function from wire::Bytes to bool.
template <typename Parser>
void expect_only_whole(wire::Bytes packet, Parser accepts) {
  for (std::size_t size = 0; size < packet.size(); ++size) {
    // A copy of exactly that size, so that AddressSanitizer sees a read past its end.
    const std::vector<std::uint8_t> prefix(packet.begin(),
                                           packet.begin() + static_cast<long>(size));
    EXPECT_FALSE(accepts(wire::Bytes(prefix))) << size << " of " << packet.size() << " bytes";
  }
  EXPECT_TRUE(accepts(packet));
}
