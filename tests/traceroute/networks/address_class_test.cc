#include "traceroute/networks/address_class.hh"

#include <gtest/gtest.h>

namespace traceroute {
namespace {

TEST(AddressClass, ByTheRangesOfTheRfcs) {
  struct Case {
    const char* address;
    AddressClass is;
  };
  const Case cases[] = {
      {"10.0.0.0", AddressClass::home},
      {"10.255.255.255", AddressClass::home},
      {"11.0.0.0", AddressClass::global},
      {"172.15.255.255", AddressClass::global},
      {"172.16.0.0", AddressClass::home},
      {"172.31.255.255", AddressClass::home},
      {"172.32.0.0", AddressClass::global},
      {"192.168.0.1", AddressClass::home},
      {"192.169.0.1", AddressClass::global},
      {"169.254.1.1", AddressClass::home},
      {"127.0.0.1", AddressClass::home},
      {"100.63.255.255", AddressClass::global},
      {"100.64.0.0", AddressClass::shared},
      {"100.127.255.255", AddressClass::shared},
      {"100.128.0.0", AddressClass::global},
      {"fe80::1", AddressClass::home},
      {"fe80::1%eth0", AddressClass::home},
      {"fd00::1", AddressClass::home},
      {"fc00::1", AddressClass::home},
      {"fec0::1", AddressClass::global},
      {"::1", AddressClass::home},
      {"2001:db8::1", AddressClass::global},
      {"", AddressClass::none},
      {"not an address", AddressClass::none},
      {"10.0.0", AddressClass::none},
  };
  for (const Case& c : cases) EXPECT_EQ(address_class(c.address), c.is) << c.address;
}

TEST(AddressClass, CommonPrefix) {
  EXPECT_EQ(common_prefix("192.0.2.1", "192.0.2.1"), 32);
  EXPECT_EQ(common_prefix("192.0.2.0", "192.0.2.1"), 31);
  EXPECT_EQ(common_prefix("128.0.0.0", "0.0.0.0"), 0);
  EXPECT_EQ(common_prefix("2001:db8::1", "2001:db8::1"), 128);
  EXPECT_EQ(common_prefix("2001:db8::", "2001:db9::"), 31);
  EXPECT_EQ(common_prefix("192.0.2.1", "2001:db8::1"), 0);
  EXPECT_EQ(common_prefix("", ""), 0);
}

TEST(AddressClass, PrefixAgreesAt16And32Bits) {
  EXPECT_TRUE(prefix_agrees("154.54.1.1", "154.54.200.1"));
  EXPECT_FALSE(prefix_agrees("154.54.1.1", "154.55.1.1"));
  EXPECT_TRUE(prefix_agrees("2001:db8:1::1", "2001:db8:ffff::1"));
  EXPECT_FALSE(prefix_agrees("2001:db8::1", "2001:db9::1"));
  // IPv4 addresses behind a translator.
  EXPECT_TRUE(prefix_agrees("64:ff9b::9a36:101", "64:ff9b::9a36:c801"));
  EXPECT_FALSE(prefix_agrees("64:ff9b::9a36:101", "64:ff9b::808:808"));
  EXPECT_FALSE(prefix_agrees("", ""));
}

}  // namespace
}  // namespace traceroute
