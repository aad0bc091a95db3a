#include "traceroute/places/cities.hh"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "traceroute/places/domain.hh"
#include "traceroute/places/place.hh"

namespace traceroute {
namespace {

std::string letters_of(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') letters += static_cast<char>(c - 'A' + 'a');
    if (c >= 'a' && c <= 'z') letters += c;
  }
  return letters;
}

bool is_marked(const City& city) {
  const std::string towns = ' ' + std::string(city.towns) + ' ';
  return towns.find(' ' + letters_of(city.name) + "? ") != std::string::npos ||
         towns.find(' ' + letters_of(city.name) + "@ ") != std::string::npos;
}

// A city of whose name there are more, or whose name is a word, is marked '?' or '@' and
// needs its country or state beside it; every other one is read by its name alone.
TEST(Cities, EveryOneIsReadableByItsOwnName) {
  for (const City& city : cities()) {
    const std::string region(city.state.empty() ? city.country : city.state);
    std::string name = "ae1.cr2." + letters_of(city.name) + '1';
    if (is_marked(city)) name += '.' + region;
    name += ".example.net";
    const PlaceGuess guess = guess_place(name);
    EXPECT_EQ(guess.city, &city) << name << ": " << guess.reason;
    EXPECT_TRUE(guess.sure) << name << ": " << guess.reason;
  }
}

TEST(Cities, NamesThatAreNotMarkedAreOfOneCityOnly) {
  std::set<std::string> names;
  for (const City& city : cities()) {
    if (!is_marked(city)) {
      EXPECT_TRUE(names.insert(letters_of(city.name)).second) << city.name;
    }
  }
}

// A code without a mark is read as a site of a router; of a code that two cities have, one is
// marked. One that is used at home only is read there, and nowhere else.
TEST(Cities, EveryCodeIsReadable) {
  for (const City& city : cities()) {
    for (std::string_view codes = city.codes; !codes.empty();) {
      const std::string code(codes.substr(0, codes.find(' ')));
      codes.remove_prefix(std::min(code.size() + 1, codes.size()));
      if (code.ends_with('@')) {
        const std::string at_home = code.substr(0, code.size() - 1);
        const std::string region(city.state.empty() ? city.country : city.state);
        EXPECT_EQ(guess_place("ae1." + at_home + "-cr1." + region + ".example.net").city, &city)
            << code;
        EXPECT_NE(guess_place("ae1." + at_home + "-cr1.example.net").city, &city) << code;
        continue;
      }
      if (code.ends_with('?') || code.find_first_of("0123456789") != std::string::npos) continue;
      EXPECT_EQ(guess_place("ae1." + code + "01.bb.example.net").city, &city) << code;
    }
  }
}

TEST(OperatorCodes, EveryOneNamesACityOfTheTable) {
  std::set<std::string> known;
  struct Row {
    std::string_view domains, codes;
  };
  constexpr Row table[] = {
#include "traceroute/places/operator_codes.inc"
  };
  for (const Row& row : table) {
    for (std::string_view domains = row.domains; !domains.empty();) {
      const std::string domain(domains.substr(0, domains.find(' ')));
      domains.remove_prefix(std::min(domain.size() + 1, domains.size()));
      EXPECT_EQ(registered_domain("r1." + domain), domain);
      EXPECT_TRUE(known.insert(domain).second) << domain << " stands twice";
      for (std::string_view codes = row.codes; !codes.empty();) {
        const std::string_view entry = codes.substr(0, codes.find(", "));
        codes.remove_prefix(std::min(entry.size() + 2, codes.size()));
        const std::size_t space = entry.find(' ');
        ASSERT_NE(space, std::string_view::npos) << domain << ": " << entry;
        EXPECT_NE(find_city(entry.substr(space + 1)), nullptr) << domain << ": " << entry;
      }
    }
  }
}

TEST(OperatorCodes, StarsAndQuestionMarksStandForLetters) {
  const auto named = [](std::string_view domain, std::string_view code) {
    const City* city = operator_code(domain, code);
    return city ? city->name : "";
  };
  EXPECT_EQ(named("embratel.net.br", "spoph"), "Sao Paulo");
  EXPECT_EQ(named("embratel.net.br", "spo"), "Sao Paulo");
  EXPECT_EQ(named("embratel.net.br", "xspo"), "");
  EXPECT_EQ(named("orange.net", "ncidf"), "Paris");
  EXPECT_EQ(named("tiws.net", "grtsanem"), "Sao Paulo");
  EXPECT_EQ(named("tiws.net", "grsanem"), "");
  EXPECT_EQ(named("example.net", "spo"), "");
}

// The kinds of codes that one operator gives its routers.
TEST(OperatorCodes, AreReadInNames) {
  struct Case {
    const char* name;
    const char* place;
  };
  const Case cases[] = {
      {"so6-1-1.labr5.global-gateway.net.nz", "Los Angeles, CA, US"},
      {"ae4-10.akbr5.global-gateway.net.nz", "Auckland, NZ"},
      {"swiBS1-100GE-0-0-0-0.switch.ch", "Basel, CH"},
      {"rj-csp2.bkb.rnp.br", ""},  // two at once
      {"lanrj.csp2.bkb.rnp.br", "Sao Paulo, SP, BR"},
      {"ae0-100.sngtp-dr1.ix.singtel.com", "Singapore, SG"},
      {"pos-1-0.lutn-bb-1.network.virginmedia.net", "Luton, UK"},
      {"embratel-H0-5-0-0-agg02.paenr.embratel.net.br", "Porto Alegre, BR"},
      {"i79zhh-025-ae1.bb.ip-plus.net", "Zurich, CH"},
      {"ae610.0.edge1.lim1.as7195.net", "Lima, PE"},
      {"be2.ccr21.mil01.atlas.cogentco.com", "Milan, IT"},
      {"po1.per-ndcp2-bb7.globalsecurelayer.com", "Perth, WA, AU"},
      {"te-0-1-0-3-ar02.area4.il.chicago.comcast.net", "Chicago, IL, US"},
      {"be-11-cr02.1601milehigh.co.ibone.comcast.net", "Denver, CO, US"},
  };
  for (const Case& c : cases) {
    const PlaceGuess guess = guess_place(c.name);
    EXPECT_EQ(guess.city ? display_name(*guess.city) : "", c.place)
        << c.name << ": " << guess.reason;
  }
}

TEST(Place, EveryTableEntryIsReadable) {
  for (const City& city : cities()) {
    EXPECT_EQ(city.country.size(), 2U) << city.name;
    EXPECT_LE(std::abs(city.latitude), 90) << city.name;
    EXPECT_LE(std::abs(city.longitude), 180) << city.name;
    for (const std::string_view words : {city.codes, city.cllis, city.towns}) {
      for (const char c : words) {
        EXPECT_TRUE((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ' ' || c == '?' ||
                    c == '@')
            << city.name << ": " << words;
      }
    }
  }
}

}  // namespace
}  // namespace traceroute
