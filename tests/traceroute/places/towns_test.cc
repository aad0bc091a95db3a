// Towns that are spelled out: which words are one, and in which country.
#include <gtest/gtest.h>

#include "traceroute/places/guesses.hh"

namespace traceroute {
namespace {

// Perth is in Scotland, too, and Guadalajara in Spain.
TEST(Place, ATownThatMayHaveANamesakeUnderTheDomainIsNotSure) {
  constexpr Case cases[] = {
      {"cr1.perth.example.co.uk", "Perth au?"},
      {"cr1.boston.example.co.uk", "Boston us?"},
      {"cr1.barcelona.example.ve", "Barcelona es?"},
      {"cr1.guadalajara.example.es", "Guadalajara mx?"},
      {"cr1.guadalajara.example.mx", "Guadalajara mx"},
      {"cr1.hyderabad.example.pk", "Hyderabad in?"},
      {"cr1.boston.example.de", "Boston us"},
      // Where more than one is known by the name, none of them is meant.
      {"cr1.halifax.example.co.uk", ""},
      {"cr1.richmond.example.co.uk", ""},
      {"cr1.valencia.example.ve", "Valencia ve"},
      {"cr1.santiago.example.do", ""},
      {"cr1.toledo.example.es", ""},
      {"cr1.toledo.oh.example.es", "Toledo us"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

// Halls and machines of a university are called after towns and people.
TEST(Place, OnACampusANameThatIsMoreThanATownProvesNothing) {
  constexpr Case cases[] = {
      {"lincoln-hall-sw1.example.edu", ""},
      {"victoria.cs.example.edu", ""},
      {"columbia-gw.example.edu", ""},
      {"sw1.columbia.sc.example.edu", "Columbia us"},
      {"rtr1.chicago.example.edu", "Chicago us"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, AWordOfEveryDayIsATownOnlyInItsCountry) {
  constexpr Case cases[] = {
      {"cr1.mobile.example.net", ""},
      {"cr1.split.example.net", ""},
      {"cr1.reading.example.net", ""},
      {"cr1.nice.example.fr", "Nice fr"},
      {"cr1.split.example.hr", "Split hr"},
      {"cr1.mobile.al.example.net", "Mobile us"},
      {"cr1.reading.example.co.uk", "Reading uk"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, ATownBeforeItsStateIsAnAddress) {
  constexpr Case cases[] = {
      {"ae-103-rur201.burien.wa.seattle.comcast.net", "Burien us"},
      {"ae-103-rur201.burien.seattle.example.net", "Seattle us?"},
      {"be1.kent.wa.seattle.example.net", "Kent us"},
      {"be1.kent.example.net", ""},
      {"kent-wa-cr1.example.net", "Kent us"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, ASiteBehindItsTownIsNoTown) {
  constexpr Case cases[] = {
      {"inet-mex-roma-15_core.uninet.net.mx", "Mexico City mx?"},
      {"inet-roma-mex-15_core.uninet.net.mx", ""},
      {"core1-mex-roma-1.example.it", "Rome it"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, ATownMayHaveItsSiteGluedToIt) {
  constexpr Case cases[] = {
      {"hr1-te-2-0-0.santaclarasc5.example.net", "Santa Clara us"},
      {"ae1.stockholmsolna.example.net", "Stockholm se"},
      {"ae1.stockholms.example.net", ""},
      {"ae1.charlottesville.example.net", "Charlottesville us"},
      {"ae1.chicagoave.example.net", ""},
      {"ae1.parisian.example.net", ""},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, ATownOfMoreThanOneWordIsNotTheCodeThatItBeginsWith) {
  constexpr Case cases[] = {
      {"cr1.sao-lourenco1.example.net.br", ""},  // not Sao Paulo
      {"cr1.sao-carlos1.example.net.br", "Sao Carlos br"},
      {"cr1.vitoria-da-conquista.example.net.br", "Vitoria da Conquista br"},
      {"cr1.frankfurt-oder.example.de", "Frankfurt (Oder) de"},
      {"cr1.rio-claro.example.net.br", ""},
      {"cr1.sao-jose-dos-campos.example.net.br", "Sao Jose dos Campos br"},
      {"cr1.rio-branco.example.net.br", "Rio Branco br"},
      {"sao-core1.example.net.br", "Sao Paulo br"},
      {"rio-dc1.example.net.br", "Rio de Janeiro br"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, AnExchangeOrADistrictIsItsCity) {
  constexpr Case cases[] = {
      {"be2.rt1.equinix-fr5.example.net", "Frankfurt de"},
      {"xe-0-0-1.eqdc2.br1.example.net", "Ashburn us"},
      {"eqx-am3-rt1.example.nl", "Amsterdam nl"},
      {"equal-fr5.example.net", ""},
      {"gi0-0.ams-ix.example.net", "Amsterdam nl"},
      {"hakata-gw1.example.or.jp", "Fukuoka jp"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, SmallTownsWithAHubAreRead) {
  constexpr Case cases[] = {
      {"bbr01aldlmi-bue-2.aldl.mi.charter.com", "Allendale us"},
      {"ve45.foundry4.fujisawa.wide.ad.jp", "Fujisawa jp"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

}  // namespace
}  // namespace traceroute
