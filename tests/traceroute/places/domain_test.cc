#include "traceroute/places/domain.hh"

#include <gtest/gtest.h>

namespace traceroute {
namespace {

TEST(Domain, TwoLabelsOrThreeBelowARegistry) {
  struct Case {
    const char* name;
    const char* domain;
  };
  const Case cases[] = {
      {"be2012.ccr41.jfk02.atlas.cogentco.com", "cogentco.com"},
      {"ae-1-3511.edge3.Paris1.Level3.net.", "level3.net"},
      {"cogentco.com", "cogentco.com"},
      {"b3.thdo.ncuk.bt.co.uk", "bt.co.uk"},
      {"otejbb206.int-gw.kddi.ne.jp", "kddi.ne.jp"},
      {"tky001.ad.jp", "tky001.ad.jp"},
      {"gw.cs.man.ac.uk", "man.ac.uk"},
      {"pe1.brwy.nsw.aarnet.net.au", "aarnet.net.au"},
      {"bb1.sp.embratel.net.br", "embratel.net.br"},
      {"r1.ci.seattle.wa.us", "seattle.wa.us"},
      {"ae24.londhx-sbr1.ja.net", "ja.net"},        // net is no country
      {"nyc-sb5-i.nyc.us.net.dtag.de", "dtag.de"},  // net.dtag.de is no registry
      {"r1.cr.net.pl", "cr.net.pl"},
      {"com.br", "com.br"},
      {"core.provedor.tec.br", "provedor.tec.br"},
      {"bb1.provedor.poa.br", "provedor.poa.br"},
      {"r1.isp.com.in", "isp.com.in"},
      {"r1.isp.com.aw", "isp.com.aw"},
      {"cr1.kisti.re.kr", "kisti.re.kr"},
      {"bb1.sp.provedor.psi.br", "provedor.psi.br"},
      {"bb1.provedor.inf.br", "provedor.inf.br"},
      {"gw.school.in.th", "school.in.th"},
      {"core.isp.kharkov.ua", "isp.kharkov.ua"},
      {"core.isp.kh.ua", "isp.kh.ua"},
      {"r1.lon.operator.ltd.uk", "operator.ltd.uk"},
      {"bdr1.isp.wa.au", "isp.wa.au"},
      {"r1.anything.com.bd", "anything.com.bd"},  // every label of Bangladesh is a registry's
      {"r1.isp.on.ca", "isp.on.ca"},
  };
  for (const Case& c : cases) EXPECT_EQ(registered_domain(c.name), c.domain) << c.name;
}

// What is a registry's in one country is somebody's own domain in another.
TEST(Domain, ACountryHasItsOwnRegistries) {
  struct Case {
    const char* name;
    const char* domain;
  };
  const Case cases[] = {
      {"core1.zurich.net.ch", "net.ch"},
      {"r1.fra.net.de", "net.de"},
      {"be1.tor.td.ca", "td.ca"},
      {"pe1.ams.com.nl", "com.nl"},
      {"cr1.paris.net.fr", "net.fr"},
      {"r1.or.it", "or.it"},
      {"gw1.ac.dk", "ac.dk"},
      {"core.co.cz", "co.cz"},
      {"r1.bru.edu.be", "edu.be"},
      {"r1.org.fi", "org.fi"},
      {"r1.wien.or.at", "wien.or.at"},
      {"r1.net.ua", "r1.net.ua"},
      {"r1.msk.isp.ru", "isp.ru"},
      {"r1.isp.msk.ru", "isp.msk.ru"},
      {"ae1.sto.se.isp.net", "isp.net"},
      {"core.isp.co", "isp.co"},
      {"core.isp.com.co", "isp.com.co"},
      {"r1.isp.tv", "isp.tv"},
      {"core.uk.com", "uk.com"},
      {"po1.jnb.isp.co.za", "isp.co.za"},
      {"r1.isp.web.id", "isp.web.id"},
      {"r1.isp.ac.uk", "isp.ac.uk"},
  };
  for (const Case& c : cases) EXPECT_EQ(registered_domain(c.name), c.domain) << c.name;
}

TEST(Domain, WhatIsNoNameHasNone) {
  const std::string cases[] = {"",
                               ".",
                               "localhost",
                               "192.0.2.1",
                               "2001:db8::1",
                               "69.171.94.61.in-addr.arpa",
                               "8.b.d.0.1.0.0.2.IP6.ARPA.",
                               "a..net",
                               ".a.net",
                               "a b.example.net",
                               "x\x1b[2J.example.net",
                               "x\n 9  fake (192.0.2.9).example.net",
                               "bx6-seattle_et-0/0/13.net.bell.ca",
                               "\xc3\xa9t\xc3\xa9.example.fr",
                               std::string(64, 'a') + ".net",
                               std::string(250, 'a') + ".net",
                               std::string("a\0b.net", 7)};
  for (const std::string& name : cases) EXPECT_EQ(registered_domain(name), "") << name;
  std::string longest;
  while (longest.size() < 246) longest += "ab.";
  EXPECT_EQ(registered_domain(longest + "abc.net"), "abc.net");  // 253 letters
  EXPECT_EQ(registered_domain(longest + "abcd.net"), "");
}

}  // namespace
}  // namespace traceroute
