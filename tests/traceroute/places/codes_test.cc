// Codes of cities and CLLIs: what makes one sure, and what is none.
#include <gtest/gtest.h>

#include "traceroute/places/guesses.hh"

namespace traceroute {
namespace {

TEST(Place, CodesNeedANumberARoleOrACountryToBeSure) {
  constexpr Case cases[] = {
      {"be2012.ccr41.jfk02.atlas.cogentco.com", "New York us"},
      {"ffm-bb1.example.net", "Frankfurt de"},
      {"xcr1.lon.example.net", "London uk"},
      {"x.lon.uk.example.net", "London uk"},
      {"x.fra.example.de", "Frankfurt de"},
      {"sl-x-chi-0-0.example.net", "Chicago us?"},
      {"relaxed.example.net", ""},
      {"r1zrh6.core.init7.net", "Zurich ch"},
      {"lga34s32-in-f14.1e100.net", "New York us"},
      {"denvcr5-ip-a.es.net", "Denver us"},
      {"grtmadpe3-ae1.net.telefonicaglobalsolutions.com", "Madrid es"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, WordsThatAreAlsoCodesNeedMore) {
  constexpr Case cases[] = {
      {"man1.example.net", ""},
      {"san2.example.net", ""},
      {"tor1.rack7.example.net", ""},
      {"core3.tor1.he.net", "Toronto ca"},  // an operator of airport codes
      {"bar.example.net", ""},
      {"per.host.example.net", ""},
      {"x.per.example.net.au", "Perth au?"},
      {"x.per1.example.net.au", "Perth au"},
      {"mx1.mar.fr.geant.net", "Marseille fr"},
      {"mx1.por.pt.geant.net", "Porto pt"},
      {"us-man.example.net", ""},
      {"act-gw1.customer.example.net", ""},  // a territory, but a word, too, and a company
      {"x.act1.example.net.au", "Canberra au"},
      {"ibb2tia4-et-0-0-1.antel.net.uy", ""},  // not Tirana
      {"tia-core1.example.al", "Tirana al"},
      {"car1.bar2.example.net", ""},
      {"ool-18bd1234.dyn.optonline.net", ""},
      {"kiv-bb1.example.net", ""},  // Chisinau's code, and what Kyiv is called
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, OneOperatorsCodes) {
  constexpr Case cases[] = {
      {"kr-tuk1-0.x-win.dfn.de", "Kaiserslautern de"},
      {"anlrt2-oc12-chicr1.es.net", "Chicago us"},
      {"kanc-bb1-link.ip.twelve99.net", "Kansas City us"},
      {"port-b3-link.ip.twelve99.net", "Portland us"},
      {"be1.bhs-g1-nc5.qc.ca.ovh.net", "Beauharnois ca"},
      {"lo-0.gw-dists-a.bs.ka.oneandone.net", "Karlsruhe de"},
      {"las-b24-link.ip.twelve99.net", "Los Angeles us"},
      {"las-b24-link.telia.net", "Los Angeles us"},
      {"core1.las1.he.net", "Las Vegas us"},
      {"f-ed11-i.F.DE.NET.DTAG.DE", "Frankfurt de"},
      {"core.wash.net.internet2.edu", "Washington us"},
      {"wash.example.net", ""},
      {"ec2-54-93-1-2.eu-central-1.compute.amazonaws.com", "Frankfurt de"},
      {"ec2-13-52-1-2.us-west-1.compute.amazonaws.com", ""},  // no single city
      {"eu-central-1.example.net", ""},
      {"mtc3dsrj01-ae4.0.rd.ph.cox.net", "Phoenix us"},
      {"lag-6-435.bbr01.nn.ertelecom.ru", "Nizhny Novgorod ru"},
      {"ae3.6.bar1.Portland1.net.lumen.tech", "Portland us"},  // no router of theirs is in Maine
      {"ae13.baires3.bai.seabone.net", "Buenos Aires ar"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, AWholeWordIsNoCodeWithARole) {
  constexpr Case cases[] = {
      {"order1.web.example.net", ""},    // not ord, Chicago
      {"start1.web.example.no", ""},     // not Stavanger
      {"liver1.web.example.co.uk", ""},  // not Liverpool
      {"parser2.web.example.net", ""},   // not par, Paris
      {"clever3.web.example.net", ""},   // not clev, Cleveland
      {"arcor1.web.example.net", ""},    // not Cordoba in Argentina
      {"lang1.web.example.net", ""},
      {"grestore1.web.example.net", ""},  // named as Telefonica's are, by somebody else
      {"ordcr1.bb.example.net", "Chicago us?"},
      {"church1.lab.example.net", ""},        // not Chur, Switzerland
      {"calico1.k8s.example.net", ""},        // not Cali, Colombia
      {"cavan-cr1.example.net", ""},          // not Vancouver, Canada
      {"cosco-gw.customer.example.net", ""},  // not Colorado Springs
      {"launch1.web.example.net", ""},        // not Lausanne
      {"norton1.lab.example.net", ""},        // not North Bay, Ontario
      {"rover1.lab.example.net", ""},         // not Rostov
      {"clst1.lab.example.net", ""},          // a cluster
      {"clst-core1.example.net", "College Station us"},
      {"permit1.web.example.net", ""},         // not Palermo, Italy
      {"grades1.web.example.net", ""},         // not Granada, Spain
      {"rerun1.web.example.net", ""},          // not Saint-Denis, Reunion
      {"fortinet1.customer.example.net", ""},  // not Fort Wayne, Indiana
      {"greencloud-gw.example.net", ""},       // not Greensboro, North Carolina
      {"livecam1.web.example.net", ""},        // not Livermore, California
      {"cor01.clst.tx.example.net", "College Station us"},
      {"ae1-grtmadpe3.red.telefonica-wholesale.net", "Madrid es"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, ACountryAndACodeInItMayBeOneWord) {
  constexpr Case cases[] = {
      {"usnyc3-vip-bx-001.aaplimg.com", "New York us"},
      {"defra1-edge-fx-005.aaplimg.com", "Frankfurt de"},
      {"uklon5.example.net", "London uk?"},  // a host and nothing else
      {"r1.gblon5.example.net", "London uk"},
      {"r1.ausyd2.example.net", "Sydney au"},
      {"r1.usman1.example.net", ""},  // man is Manchester, in the United Kingdom
      {"r1.usfra1.example.net", ""},
      {"r1.usnyc3.jp.example.net", ""},  // Japan stands beside it
      {"defra-cr1.example.net", "Frankfurt de"},
      {"www.franc.example.net", ""},  // not Annecy, France
      {"auper1-cr1.example.net", "Perth au"},
      {"auper1.example.net", ""},  // per is also a word
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, AStateCompletesTheFirstHalfOfAClli) {
  constexpr Case cases[] = {
      {"ae4-0.cr01.chcg01-il.us.windstream.net", "Chicago us"},
      {"bbr02euclwi-bue-1.eucl.wi.charter.com", "Eau Claire us"},
      {"cor01.bvtn.or.example.net", "Beaverton us"},
      {"cor01.bvtn.wa.example.net", ""},
      {"r1.mlpscaiv.example.net", "Milpitas us"},
      {"pltncaxy.bb.example.net", "Pleasanton us"},
      {"QUBCPQAJGR00.bb.telus.com", "Quebec ca"},
      {"core1.londonuk.example.net", "London uk"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

// "vix" is the airport of Vitoria and the exchange of Vienna, "mga" Managua and Maringa.
TEST(Place, ACodeOfTwoCitiesIsReadInItsCountry) {
  constexpr Case cases[] = {
      {"pos1-0.vix2.example.at", "Vienna at"},   {"pos1-0.vix2.example.net.br", "Vitoria br"},
      {"pos1-0.vix2.example.net", ""},           {"be1.mga2.example.net.br", "Maringa br"},
      {"be1.mga2.example.com.ni", "Managua ni"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

// Such codes are a national carrier's or a national plan's, and somebody else's elsewhere.
TEST(Place, ACodeThatIsUsedAtHomeOnlyIsReadThere) {
  constexpr Case cases[] = {
      {"ae1-0.core-b.bhe001.example.com.br", "Belo Horizonte br"},
      {"ae1-0.core-b.bhe001.example.net", ""},
      {"xe-0-0-1.cta-core2.example.net.br", "Curitiba br"},
      {"core1.cta2.it.example.net", "Catania it"},
      {"pe1-sby.example.co.id", "Surabaya id"},
      {"tre-p1.example.fi", "Tampere fi"},
      {"tre-p1.example.net", ""},
      {"bj-core1.example.cn", "Beijing cn"},
      {"bj-core1.example.net", ""},
      {"la-core1.us.example.net", "Los Angeles us"},
      {"core1.la.example.net", ""},
      // An operator that calls itself after its country is at home there.
      {"kgn-core1.cwjamaica.com", "Kingston jm"},
      {"lua-core1.angolatelecom.ao", "Luanda ao"},
      {"kgn-core1.cwexample.com", ""},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, TwoLettersAreACodeOfFewCities) {
  constexpr Case cases[] = {
      {"hk-core1.example.net", "Hong Kong hk"},
      {"core1.sf.example.net", "San Francisco us"},
      {"sf.example.net", ""},
      {"tre-hk-cr1.example.fi", "Tampere fi"},
      {"mmo-bor-cr1.example.se", "Malmo se"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, ARoleIsNoCode) {
  constexpr Case cases[] = {
      {"del-bng1.example.co.in", "Delhi in"},
      {"bng-core1.example.co.in", "Bangalore in"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, AnAddressInHexadecimalHoldsNoCode) {
  constexpr Case cases[] = {
      {"D9E0DEB1.catv.pool.example.hu", ""},  // not Debrecen
      {"p54b7dca1.dip0.example.de", ""},      // not Washington
      {"c-5eea2dca-74736162.cust.example.se", ""},
      {"ip1f02dca1.dynamic.example.net", ""},
      {"7cae2f01b3d4.mac.example.net", ""},  // not Columbia, South Carolina
      {"ae1.cr02dca1.example.net", "Washington us"},
      {"r1.sjc002bb12.example.net", "San Jose us"},
      {"cache-tpe2230045.prod.example.net", "Taipei tw"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

// A CPE, an OLT, a SIP server, and what hosts are called.
TEST(Place, ABoxIsNoCode) {
  constexpr Case cases[] = {
      {"cpe-189-34-12-1.dyn.example.net.br", ""},  // not Campo Grande
      {"olt1.access.example.ch", ""},              // not Olten
      {"sip1.voip.example.net.ua", ""},            // not Simferopol
      {"mars1.web.example.fr", ""},                // a planet, not Marseille
      {"new1.web.example.co.uk", ""},              // not Newcastle
      {"gw1.bts.example.net", ""},                 // a base station, not Bratislava
      {"core1-gnb.example.net", ""},               // one of 5G, not Grenoble
      {"bts1.example.sk", "Bratislava sk?"},
      {"gw1.mpls.example.net", ""},  // a protocol, not Minneapolis
      {"gw1.mpls.mn.example.net", "Minneapolis us"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, AnInterfaceIsNoCode) {
  constexpr Case cases[] = {
      {"core1-pos5-0-0.example.net", ""},
      {"core1-lan5-0-0.example.net", ""},
      {"core1-tun5.example.net", ""},
      {"core1-tun5.example.tn", "Tunis tn"},
      {"core1-pos5.tt.example.net", "Port of Spain tt"},
      {"ae1-0.core1-pos.example.tt", "Port of Spain tt"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, ACountryBeforeATierOfTheNetworkConfirmsTheTown) {
  constexpr Case cases[] = {
      {"core1-pos5-0-0.birmingham.ukcore.bt.net", "Birmingham uk"},
      {"core1.birmingham.usedge2.example.net", "Birmingham us"},
      {"dccore1.fra2.example.net", "Frankfurt de"},  // a data centre's, not Washington's
      {"core1.birmingham.encore.example.net", ""},
      {"core1.birmingham.example.net", ""},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, AnOperatorsCodesOfItsOwn) {
  constexpr Case cases[] = {
      {"customer.tkyojpn1.pop.starlinkisp.net", "Tokyo jp"},
      {"customer.frntdeu1.pop.starlinkisp.net", "Frankfurt de"},
      {"rt2-rou-1022.NL.eurorings.net", "Rotterdam nl"},
      {"gv-rc0052-cr101-et102-251.core.as9143.net", "The Hague nl"},
      {"cr2-529bryant-a-hu-0-7-0-1.bb.as11404.net", "Palo Alto us"},
      {"ae0.cr01.ptleorte.integra.net", "Portland us"},
      {"ae-10.bb-a.mkc.us.oneandone.net", "Kansas City us"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, TheFirstFourLettersOfAClliThatAreNoWord) {
  constexpr Case cases[] = {
      {"spkn-core2.example.net", "Spokane us"},
      {"be21.cor1.sxfl.example.net", "Sioux Falls us"},
      {"spkn.example.net", ""},
      {"lndn-bb1.example.net", "London uk"},  // the larger one
      {"lndn-bb1.example.ca", "London ca"},
      {"cor01.lndn.on.example.net", "London ca"},
      {"mesa-core2.example.net", ""},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

// Four of its letters and what is also a state are no town of Germany (Delaware) or India
// (Indiana).
TEST(Place, ACountryThatIsWrittenLikeAStateIsNone) {
  constexpr Case cases[] = {
      {"bras1.de.example.net", ""},  // not Braunschweig
      {"bras1.ber.de.example.net", "Berlin de"},
      {"stat.de.example.net", ""},         // not Stuttgart
      {"gw1.brandenburg.example.de", ""},  // not Braunschweig
      {"grinder1.lab.example.net", ""},    // not Garching
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

TEST(Place, ACodeMadeLikeAClliIsRead) {
  constexpr Case cases[] = {
      {"ae1-10.core1.mankmn.example.net", "Mankato us"},
      {"h40.static.lncl01-ne.us.example.net", "Lincoln us"},
      {"ae5.r00.ngoyjp01.example.net", "Nagoya jp"},
      {"ae5.r00.ngoyjp.example.net", "Nagoya jp"},
      {"ae1.westfl.example.net", ""},  // a part of Florida
      {"bb1-10g0-0.aus2tx.example.net", "Austin us"},
      {"bb1-10g0-0.aus2ga.example.net", ""},
      {"gar1.denco.example.net", "Denver us"},
  };
  EXPECT_EQ(wrong_guesses(cases), "");
}

}  // namespace
}  // namespace traceroute
