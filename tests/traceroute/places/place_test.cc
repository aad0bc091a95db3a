// How sure a guess is, and which of several hints counts.
#include <gtest/gtest.h>

#include "traceroute/places/guesses.hh"

namespace traceroute {
namespace {

TEST(Place, TownsAndCllis) {
  constexpr Case cases[] = {
      {"ae-1-3511.edge3.Paris1.Level3.net", "Paris fr"},
      {"4-1-1.ear4.NewYork6.Level3.net", "New York us"},
      {"if-ae-2-2.tcore1.n75-new-york.as6453.net", "New York us"},
      {"ge1.salt-lake-city2.example.net", "Salt Lake City us"},
      {"bu-ether15.lsancarc0yw-bcr00.tbone.rr.com", "Los Angeles us"},
      {"be12.cr2.erie.pa.example.net", "Erie us"},
      {"ae1.cr1.ftwy.in.example.com", "Fort Wayne us"},
      {"core1.saarbruecken.example.de", "Saarbrucken de"},
      {"ae-5.r24.nycmny01.us.bb.gin.ntt.net", "New York us"},
      {"core1.ashburnva.example.net", "Ashburn us"},
      {"paris.example.net", "Paris fr?"},  // a machine may be called so
      {"london.example.net", "London uk?"},
      {"sydney-phone.example.net", "Sydney au?"},
      {"london-gw.example.net", "London uk"},
      {"comparison.edge1.example.net", ""},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, AStateOrCountryConfirmsOrRefuses) {
  constexpr Case cases[] = {
      {"cr01.portland.or.ibone.comcast.net", "Portland us"},
      {"cr01.portland.me.example.net", "Portland us"},  // in Maine
      {"cr01.sunnyvale.ca.ibone.comcast.net", "Sunnyvale us"},
      {"core1.toronto.ca.example.net", "Toronto ca"},
      {"ar01.naples.fl.example.net", "Naples us"},  // in Florida
      {"ar01.palermo.fl.example.net", ""},
      {"r1.lon1.ca.example.net", ""},
      {"birmingham.uk.example.net", "Birmingham uk"},
      {"r1.birmingham.al.example.net", "Birmingham us"},
      {"ae0-3.RT.NTL.KIV.UA.retn.net", "Kyiv ua"},
      {"rom-it-edge1.example.net", "Rome it"},
      {"bru2-be-edge1.example.net", "Brussels be"},
      {"rom-be-edge1.example.net", ""},
      {"r1.kiv2.md.example.net", "Chisinau md"},
      {"r1.sjo.cr.example.net", "San Jose cr"},
      {"hel5-tr3.dc.example.fi", "Helsinki fi"},  // a data centre
      {"fra1.lb.example.net", "Frankfurt de"},    // balances load
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, TheHintCloserToTheDomainCounts) {
  constexpr Case cases[] = {
      {"fra1.lon2.example.net", "London uk?"},
      {"telia-paris1.chicago2.example.net", "Chicago us?"},
      {"rs1-bo01-re1-mi02.mi02.garr.net", "Milan it?"},
      {"lon1.newyork2.example.net", "New York us"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, ContradictionInOneLabelShowsNothing) {
  constexpr Case cases[] = {
      {"denv-sacr.example.net", ""},
      {"london-paris.example.net", ""},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
  EXPECT_NE(guess_place("london-paris.example.net").reason.find("contradict"), std::string::npos);
}

// The near end of a link is where the router stands.
TEST(Place, ALinkStandsAtItsNearEnd) {
  constexpr Case cases[] = {
      {"denvcr5-ip-a-sacrcr5.es.net", "Denver us"},
      {"hpr-svl-hpr3--lax-hpr3-100ge.cenic.net", "Sunnyvale us"},
      {"fra1-to-lon2.bb.example.net", "Frankfurt de"},
      {"chicr1-oc192-snv2sdn1.es.net", "Chicago us?"},
      {"xe1--lon2.bb.example.net", "London uk"},
      {"ae15---100.car01.asbn.va.frontiernet.net", "Ashburn us"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, ACityAbroadThatNothingConfirmsWeighsLess) {
  constexpr Case cases[] = {
      {"x.fra2.example.cz", "Frankfurt de?"},
      {"x.fra2.de.example.cz", "Frankfurt de"},
      {"x.fra2.example.de", "Frankfurt de"},
      {"x.fra2.example.net", "Frankfurt de"},
      {"x.fra2.example.io", "Frankfurt de"},  // sold everywhere
      {"lhr63.example.pk", "Lahore pk?"},     // as it is called there
      {"lhr63d1.pie.net.pk", "Lahore pk"},
      {"x.lon.example.ru", "London uk?"},
      {"core.newyork.example.ru", "New York us"},  // a town spelled out proves enough
      {"x.sjc1.example.ca", "San Jose us?"},       // Canada, not California
      {"cgn1-core.example.com.br", ""},            // a translator of the carrier's (CGN)
      {"cgn1.core.example.net", ""},
      {"cgn1.core.example.de", "Cologne de"},
      {"cr1.cgn2.de.example.net", "Cologne de"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, ACustomersNameIsNoPlace) {
  constexpr Case cases[] = {
      {"boston-bank-ic-350972.ip.twelve99-cust.net", ""},
      {"chicago-svc076536-ic365572.ip.twelve99-cust.net", ""},
      {"boston-bank-ic-331185-chi-b21.c.telia.net", "Chicago us"},
      {"leed-ic-7-ae2-0.network.virginmedia.net", "Leeds uk"},  // a router's number
      {"boston-university-gw.customer.alter.net", ""},
      {"paris.cust.lon1.example.net", "London uk"},
      {"cm-lon003.int-gw.kddi.ne.jp", "London uk?"},  // "cm" is KDDI's customers' side
      {"cm-fcu204.kddnet.ad.jp", "Tokyo jp"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, AHostThatIsNobodysRouterIsNotSure) {
  constexpr Case cases[] = {
      {"den1.example.com", "Denver us?"},   {"sea2.example.com", "Seattle us?"},
      {"paris3.example.com", "Paris fr?"},  {"lon1.example.co.uk", "London uk?"},
      {"den1.bb.example.com", "Denver us"}, {"den1-cr2.example.com", "Denver us"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

// Some countries have the name of something else: North America, Minas Gerais, Beijing. Beside a
// city they say nothing against it.
TEST(Place, ACountryThatIsAlsoAnAbbreviationRefusesNothing) {
  constexpr Case cases[] = {
      {"ae1.sea01.na.example.net", "Seattle us"},
      {"ae1.bhz2.mg.example.net.br", "Belo Horizonte br"},
      {"ae1.pek2.bj.example.net.cn", "Beijing cn"},
      {"ae1.sea01.fr.example.net", ""},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, HostileAndOddNamesAreSilent) {
  const std::string cases[] = {"",
                               "paris",
                               "paris1\x1b[2J.example.net",
                               "paris1\n.example.net",
                               std::string(300, 'a') + ".paris1.example.net",
                               "-.-.--.example.net",
                               "....",
                               "___.1.example.net",
                               "198.51.100.7"};
  for (const std::string& name : cases) EXPECT_EQ(place(name), "") << name;
}

}  // namespace
}  // namespace traceroute
