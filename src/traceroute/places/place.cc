#include "traceroute/places/place.hh"

#include <algorithm>
#include <vector>

#include "traceroute/places/domain.hh"
#include "traceroute/places/hint.hh"
#include "traceroute/places/router_words.hh"
#include "wire/words.hh"

namespace traceroute {

namespace {

constexpr std::string_view digits = "0123456789";
// Codes that are also the first words of many towns' names.
constexpr std::string_view beginnings_of_names = "den los rio san sao";
// Letters that, after a town's name, make another name of it.
constexpr std::string_view ends_of_names =
    "ave bay beach bourg burg burgh center city court dale east er ers falls field ford grove "
    "gate hall ham hill hills house ia ian is ish land lane mill new north park port rd ridge "
    "road s shire shores son south springs st street sville ton town valley view ville way "
    "west wood woods";

// Whether routers of this domain are named as Telefonica names them.
bool is_telefonica(std::string_view domain) {
  constexpr std::string_view names[] = {"telefonica", "telxius", "tiws"};
  return std::ranges::any_of(names,
                             [&](std::string_view name) { return domain.starts_with(name); });
}

// What a word means where its region stands beside it: nothing is ambiguous then.
std::vector<Meaning> meanings_where(Spelling spelling, std::string_view word, auto fits) {
  std::vector<Meaning> cities = meanings(spelling, word);
  std::erase_if(cities, [&](const Meaning& meaning) { return !fits(meaning); });
  for (Meaning& meaning : cities) meaning.ambiguous = meaning.at_home_only = false;
  return cities;
}

// Reads one name from the interface to the region.
class NameReader {
 public:
  explicit NameReader(std::vector<std::string> labels) : hints_(std::move(labels)) {}

  PlaceGuess guess() {
    // Left of "customer" stands the customer's name: "boston-university.customer.example.net".
    const auto& labels = hints_.labels();
    std::size_t label = labels.size();
    while (label > 0 && !wire::has_word("cust customer customers", labels[label - 1])) --label;
    for (; label < labels.size(); ++label) read_label(label);
    return hints_.guess();
  }

 private:
  void read_label(std::size_t label) {
    const auto& parts = hints_.parts()[label];
    const std::size_t before = hints_.count();
    const std::size_t far_end = far_end_of_link(hints_.labels()[label]);
    for (std::size_t at = after_customer(parts); at < parts.size();) {
      if (at >= far_end && hints_.count() > before) return;
      // A town may take up to four parts: "sao-jose-dos-campos". An operator's code may take three,
      // if the last is a number: "eu-central-1".
      std::size_t taken = 0;
      for (std::size_t count = std::min<std::size_t>(4, parts.size() - at); count > 1; --count) {
        std::string joined;
        for (std::size_t i = at; i < at + count; ++i) joined += parts[i];
        const bool numbered = without_number(parts[at + count - 1]).empty();
        if (taken == 0 && (read_town({without_number(joined), label}) ||
                           (numbered && count == 3 && read_operator_word(label, joined, joined)))) {
          taken = count;
        }
      }
      if (taken == 0) read_part(label, at);
      at += std::max<std::size_t>(taken, 1);
    }
  }

  void read_part(std::size_t label, std::size_t at) {
    const auto& parts = hints_.parts()[label];
    const std::string_view part = parts[at];
    if (read_operator_code(label, part)) return;
    const std::string_view letters = part.substr(0, part.find_first_of(digits));
    const bool role = hints_.beside_role(label, at);
    // Some codes have digits in them: "la2ca".
    const bool mixed = part.size() > letters.size() && without_number(part) == part;
    if (mixed && (hints_.accept(meanings(Spelling::code, part), fair, {part, label, false, role},
                                "is a code of") ||
                  read_code_and_state({part, label, false, role}))) {
      return;
    }
    // Of an address only what stands first is read: "sjc002bb12" looks like one, too.
    const bool address = is_hex_address(part);
    for (std::size_t start = 0; start < part.size();) {
      const std::size_t end = std::min(part.find_first_of(digits, start), part.size());
      if (end > start && !(address && start > 0)) {
        read_word({part.substr(start, end - start), label, end < part.size(), role,
                   at + 1 < parts.size() ? parts[at + 1] : std::string_view{}});
      }
      start = end + 1;
    }
  }

  void read_word(const Word& word) {
    const std::string_view text = word.text;
    if (text.size() == 2 && (word.numbered || word.beside_role)) {
      hints_.accept(meanings(Spelling::code, text), fair, word, "is a code of");
    }
    if (text.size() < 3) return;
    // "sao-carlos" is a town of its own, and "sao-core1" a router.
    if (wire::has_word(beginnings_of_names, text) && without_number(word.next).size() > 3 &&
        !is_role(word.next)) {
      return;
    }
    if (read_town(word)) return;
    if (text.size() >= 6 && hints_.accept(meanings(Spelling::clli, text.substr(0, 6)), strong, word,
                                          "is the CLLI of")) {
      return;
    }
    // Made like a CLLI: "mankmn", but "westfl" is a part of Florida.
    if (text.size() == 6 && !wire::has_word(ends_of_names, text.substr(0, 4)) &&
        hints_.accept(abbreviated(text.substr(0, 4), text.substr(4)), fair, word,
                      "is made like a CLLI of")) {
      return;
    }
    if (read_clli_and_state(word) || read_locode(word) || read_code_and_state(word)) return;
    const int strength = weak + (word.numbered ? 1 : 0) + (word.beside_role ? 1 : 0);
    if (hints_.accept(meanings(Spelling::code, text), strength, word, "is a code of")) return;
    if (word.beside_role && !is_interface(text) &&
        hints_.accept(by_stem(text), fair, word, "begins the CLLI of"))
      return;
    // Telefonica's international routers: "grtmadpe3", "grcmadno1", "grabueba2".
    if (is_telefonica(hints_.domain()) && text.starts_with("gr") && text.size() == 8 &&
        hints_.accept(meanings(Spelling::code, text.substr(3, 3)), fair, word,
                      "holds the code of")) {
      return;
    }
    if (word.numbered) {
      for (const std::string_view code : codes_before_role(text, 3)) {
        const int proof = code.size() > 3 ? fair : weak;
        if (hints_.accept(meanings(Spelling::code, code), proof, word, "is a code and a role:"))
          return;
      }
    }
    read_town_and_site(word);
  }

  // What the operator itself means by a part, by one of its words, or by a word without its role.
  bool read_operator_code(std::size_t label, std::string_view part) {
    const auto read = [&](std::string_view code) { return read_operator_word(label, part, code); };
    if (read(without_number(part))) return true;
    for (std::size_t start = 0; start < part.size();) {
      const std::size_t end = std::min(part.find_first_of(digits, start), part.size());
      const std::string_view word = part.substr(start, end - start);
      // One letter says something at the start only.
      if ((start == 0 || word.size() > 1) && read(word)) return true;
      for (const std::string_view code : codes_before_role(word, 2)) {
        if (read(code)) return true;
      }
      start = end + 1;
    }
    return false;
  }

  bool read_operator_word(std::size_t label, std::string_view part, std::string_view code) {
    const City* city = operator_code(hints_.domain(), code);
    if (!city) return false;
    hints_.add(
        {city, fair, label,
         '"' + std::string(part) + "\" is " + display_name(*city) + " at " + hints_.domain()});
    return true;
  }

  // A town's name, alone or with its state or its country after it ("ashburnva", "londonuk"): five
  // letters of it at least, or it may be a word ("calico" is not Cali, Colombia).
  bool read_town(const Word& word) {
    constexpr std::size_t min_town = 5, region_size = 2;
    const std::string_view text = word.text;
    if (hints_.accept(meanings(Spelling::town, text), strong, word, "is the town", true))
      return true;
    if (read_exchange(text, word.label)) return true;
    if (text.size() < min_town + region_size) return false;
    const std::size_t size = text.size() - region_size;
    const auto in_region = [&](const Meaning& town) {
      return lies_in(*town.city, text.substr(size));
    };
    return hints_.accept(meanings_where(Spelling::town, text.substr(0, size), in_region), strong,
                         word, "is the town and its region", true);
  }

  // A town with its operator's site after it: "halifaxha", "santaclarasc5". Not a longer name that
  // begins alike ("charlottesville"), nor a street ("chicagoave").
  bool read_town_and_site(const Word& word) {
    constexpr std::size_t min_town = 7, max_site = 6;
    const std::string_view text = word.text;
    for (std::size_t size = text.size() - 1; size >= min_town && text.size() <= size + max_site;
         --size) {
      if (wire::has_word(ends_of_names, text.substr(size))) continue;
      if (hints_.accept(meanings(Spelling::town, text.substr(0, size)), fair, word,
                        "begins with the town", true)) {
        return true;
      }
    }
    return false;
  }

  // A data centre of Equinix, as many call those where they meet: "equinix-fr5", "eqdc2",
  // "eqx-am3".
  bool read_exchange(std::string_view text, std::size_t label) {
    constexpr std::size_t metro = 2;  // letters
    for (const std::string_view house : {"equinix", "eqix", "eqx", "eq"}) {
      if (text.size() != house.size() + metro || !text.starts_with(house)) continue;
      const City* city = operator_code("equinix.com", text.substr(house.size()));
      if (!city) return false;
      return hints_.accept({{city, false, false}}, fair, {text, label}, "is Equinix in");
    }
    return false;
  }

  // The four letters of a CLLI's town, with its state elsewhere: "chcg01-il", "bvtn.or".
  bool read_clli_and_state(const Word& word) {
    if (word.text.size() != 4) return false;
    for (const auto& parts : hints_.parts()) {
      for (const std::string_view state : parts) {
        if (state.size() != 2) continue;
        if (hints_.accept(meanings(Spelling::clli, std::string(word.text) += state), strong, word,
                          "and its state are the CLLI of") ||
            (!is_ambiguous_region(state) &&
             hints_.accept(abbreviated(word.text, state), fair, word,
                           "and its state are made like a CLLI of"))) {
          return true;
        }
      }
    }
    return false;
  }

  // A country and a code in it, as in the UN's list of places (LOCODE): "usnyc3", "defra1". Without
  // a number or a role it is a word: "franc" is not Annecy. One that is also a word needs both, or
  // "cavan1" is Vancouver, Canada; one of a single country is none of that list ("rerun", "philo").
  bool read_locode(const Word& word) {
    if (word.text.size() != 5 || !(word.numbered || word.beside_role)) return false;
    std::string_view country = word.text.substr(0, 2);
    if (country == "gb") country = "uk";
    const bool proved = word.numbered && word.beside_role;
    const auto in_country = [&](const Meaning& code) {
      return code.city->country == country && !code.at_home_only && (proved || !code.ambiguous);
    };
    return hints_.accept(meanings_where(Spelling::code, word.text.substr(2), in_country), fair,
                         word, "is the country and the code of");
  }

  // A code and its state: "atlga", or with a digit between them "aus2tx", which is no word
  // ("cosco").
  bool read_code_and_state(const Word& word) {
    const std::string_view text = word.text;
    if (text.size() < 5 || text.size() > 6) return false;
    const bool digit = digits.find(text[3]) != std::string_view::npos;
    if (digit != (text.size() == 6)) return false;
    const auto in_state = [&](const Meaning& code) {
      return code.city->state == text.substr(text.size() - 2) && (digit || !code.ambiguous);
    };
    return hints_.accept(meanings_where(Spelling::code, text.substr(0, 3), in_state), fair, word,
                         "is the code and the state of");
  }

  Hints hints_;
};

}  // namespace

PlaceGuess guess_place(std::string_view name) {
  std::vector<std::string> labels = labels_of(name);
  if (labels.empty()) return {};
  return NameReader(std::move(labels)).guess();
}

}  // namespace traceroute
