#include "traceroute/places/place.hh"

#include <algorithm>
#include <vector>

#include "traceroute/places/domain.hh"
#include "traceroute/places/hint.hh"
#include "traceroute/places/operator_codes.hh"
#include "traceroute/places/router_words.hh"

namespace traceroute {

namespace {

constexpr std::string_view digits = "0123456789";

// One word of a name: letters between joints, or between digits.
struct Word {
  std::string_view text;
  std::size_t label;
  bool numbered;               // a digit follows
  bool beside_role;            // its neighbour is "bb2", "core1"
  std::string_view next = {};  // the part of its label behind it
};

// What a word means where its region stands beside it: nothing is ambiguous then.
std::vector<Meaning> meanings_where(Spelling spelling, std::string_view word, auto fits) {
  std::vector<Meaning> cities = meanings(spelling, word);
  std::erase_if(cities, [&](const Meaning& meaning) { return !fits(*meaning.city); });
  for (Meaning& meaning : cities) meaning.ambiguous = meaning.at_home_only = false;
  return cities;
}

// What letters abbreviate in the United States, where "de" is Delaware and not Germany.
std::vector<Meaning> american(std::vector<Meaning> cities) {
  std::erase_if(cities, [](const Meaning& meaning) { return meaning.city->country != "us"; });
  return cities;
}

// Reads one name from the interface to the region.
class NameReader {
 public:
  explicit NameReader(std::vector<std::string> labels) : labels_(std::move(labels)) {
    const std::size_t owned = domain_labels(labels_);
    const auto domain = labels_.end() - static_cast<std::ptrdiff_t>(owned);
    for (auto label = domain; label != labels_.end(); ++label) {
      domain_ += (label == domain ? "" : ".") + *label;
    }
    if (!labels_.empty() && is_country_domain(labels_.back())) country_ = labels_.back();
    home_ = country_.empty() ? std::string(country_named_in(domain_)) : country_;
    labels_.erase(domain, labels_.end());
    for (const std::string& label : labels_) parts_.push_back(parts_of(label));
  }

  PlaceGuess guess() {
    for (std::size_t label = 0; label < labels_.size(); ++label) read_label(label);
    return choose(hints_, refused_, country_);
  }

 private:
  void read_label(std::size_t label);
  void read_part(std::size_t label, std::size_t at);
  void read_word(const Word& word);
  bool read_operator_code(std::size_t label, std::string_view part);
  bool read_operator_word(std::size_t label, std::string_view part, std::string_view code);
  bool read_town(std::string_view text, std::size_t label);
  bool read_town_and_site(const Word& word);
  bool read_exchange(std::string_view text, std::size_t label);
  bool read_clli_and_state(const Word& word);
  bool read_abbreviation(const Word& word, std::string_view letters, std::string_view region);
  bool read_locode(const Word& word);
  bool read_code_and_state(const Word& word);
  bool accept(const std::vector<Meaning>& cities, int strength, const Word& word,
              std::string_view kind, bool town = false);
  [[nodiscard]] bool confirmed(const City& city, const Word& word) const;
  [[nodiscard]] std::string contradiction(const City& city, std::size_t label, bool town) const;
  [[nodiscard]] bool beside_role(std::size_t label, std::size_t at) const;
  [[nodiscard]] bool is_bare_host() const;

  std::vector<std::string> labels_;  // those left of the registered domain
  std::vector<std::vector<std::string_view>> parts_;
  std::string domain_;
  std::string country_;  // that of the domain; empty below one without a country
  std::string home_;     // the same, or that which the operator calls itself after
  std::vector<Hint> hints_;
  std::string refused_;  // why the last refused hint was refused
};

void NameReader::read_label(std::size_t label) {
  const auto& parts = parts_[label];
  const std::size_t hints = hints_.size();
  const std::size_t far_end = far_end_of_link(labels_[label]);
  for (std::size_t at = after_customer(parts); at < parts.size();) {
    if (at >= far_end && hints_.size() > hints) return;
    // A town may take up to four parts: "sao-jose-dos-campos". An operator's code may take three,
    // if the last is a number: "eu-central-1".
    std::size_t taken = 0;
    for (std::size_t count = std::min<std::size_t>(4, parts.size() - at); count > 1; --count) {
      std::string joined;
      for (std::size_t i = at; i < at + count; ++i) joined += parts[i];
      const bool numbered = without_number(parts[at + count - 1]).empty();
      if (taken == 0 && (read_town(without_number(joined), label) ||
                         (numbered && count == 3 && read_operator_word(label, joined, joined)))) {
        taken = count;
      }
    }
    if (taken == 0) read_part(label, at);
    at += std::max<std::size_t>(taken, 1);
  }
}

bool NameReader::read_operator_word(std::size_t label, std::string_view part,
                                    std::string_view code) {
  const City* city = operator_code(domain_, code);
  if (!city) return false;
  hints_.push_back({city, fair, label,
                    '"' + std::string(part) + "\" is " + display_name(*city) + " at " + domain_});
  return true;
}

// What the operator itself means by a part, by one of its words, or by a word without its role.
bool NameReader::read_operator_code(std::size_t label, std::string_view part) {
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

void NameReader::read_part(std::size_t label, std::size_t at) {
  const std::string_view part = parts_[label][at];
  if (read_operator_code(label, part)) return;
  const std::string_view letters = part.substr(0, part.find_first_of(digits));
  const bool role = beside_role(label, at);
  // Some codes have digits in them: "la2ca".
  const bool mixed = part.size() > letters.size() && without_number(part) == part;
  if (mixed &&
      (accept(meanings(Spelling::code, part), fair, {part, label, false, role}, "is a code of") ||
       read_code_and_state({part, label, false, role}))) {
    return;
  }
  for (std::size_t start = 0; start < part.size();) {
    const std::size_t end = std::min(part.find_first_of(digits, start), part.size());
    if (end > start) {
      read_word({part.substr(start, end - start), label, end < part.size(), role,
                 at + 1 < parts_[label].size() ? parts_[label][at + 1] : std::string_view{}});
    }
    start = end + 1;
  }
}

void NameReader::read_word(const Word& word) {
  const std::string_view text = word.text;
  if (text.size() == 2 && (word.numbered || word.beside_role)) {
    accept(meanings(Spelling::code, text), fair, word, "is a code of");
  }
  if (text.size() < 3) return;
  // "sao-carlos" is a town of its own, and "sao-core1" a router.
  if (is_beginning_of_name(text) && without_number(word.next).size() > 3 && !is_role(word.next)) {
    return;
  }
  if (is_whole_word(text)) {
    read_clli_and_state(word);  // of "clst01-tx" it is half a CLLI all the same
    return;
  }
  if (read_town(text, word.label)) return;
  if (text.size() >= 6 &&
      (accept(meanings(Spelling::clli, text.substr(0, 6)), strong, word, "is the CLLI of") ||
       read_abbreviation(word, text.substr(0, 4), text.substr(4, 2)))) {
    return;
  }
  if (read_clli_and_state(word) || read_locode(word) || read_code_and_state(word)) return;
  const int strength = weak + (word.numbered ? 1 : 0) + (word.beside_role ? 1 : 0);
  if (accept(meanings(Spelling::code, text), strength, word, "is a code of")) return;
  if (strength > weak && accept(by_stem(text), fair, word, "begins the CLLI of")) return;
  // Telefonica's international routers: "grtmadpe3", "grcmadno1", "grabueba2".
  if (is_telefonica(domain_) && text.starts_with("gr") && text.size() == 8 &&
      accept(meanings(Spelling::code, text.substr(3, 3)), fair, word, "holds the code of")) {
    return;
  }
  if (word.numbered) {
    for (const std::string_view code : codes_before_role(text, 3)) {
      const int proof = code.size() > 3 ? fair : weak;
      if (accept(meanings(Spelling::code, code), proof, word, "is a code and a role:")) return;
    }
  }
  read_town_and_site(word);
}

// A town's name, alone or with its state or its country behind it ("ashburnva", "londonuk").
bool NameReader::read_town(std::string_view text, std::size_t label) {
  const Word word{text, label, false, false};
  if (accept(meanings(Spelling::town, text), strong, word, "is the town", true)) return true;
  if (read_exchange(text, label)) return true;
  if (text.size() < 6) return false;
  const std::string_view region = text.substr(text.size() - 2);
  const auto cities = meanings_where(Spelling::town, text.substr(0, text.size() - 2),
                                     [&](const City& city) { return lies_in(city, region); });
  return accept(cities, strong, word, "is the town and its region", true);
}

// A data centre of Equinix, as many call those where they meet: "equinix-fr5", "eqdc2", "eqx-am3".
bool NameReader::read_exchange(std::string_view text, std::size_t label) {
  constexpr std::size_t metro = 2;  // letters
  for (const std::string_view house : {"equinix", "eqix", "eqx", "eq"}) {
    if (text.size() != house.size() + metro || !text.starts_with(house)) continue;
    const City* city = operator_code("equinix.com", text.substr(house.size()));
    if (!city) return false;
    return accept({{city, false, false}}, fair, {text, label, false, false}, "is Equinix in");
  }
  return false;
}

// A town with its operator's site behind it: "halifaxha", "santaclarasc5". Not a longer name that
// begins alike ("charlottesville"), nor a street ("chicagoave").
bool NameReader::read_town_and_site(const Word& word) {
  constexpr std::size_t min_town = 7, max_site = 6;
  const std::string_view text = word.text;
  for (std::size_t size = text.size() - 1; size >= min_town && text.size() <= size + max_site;
       --size) {
    if (is_end_of_name(text.substr(size))) continue;
    if (accept(meanings(Spelling::town, text.substr(0, size)), fair, word, "begins with the town",
               true)) {
      return true;
    }
  }
  return false;
}

// Six letters made like a CLLI that is not in the table: "mankmn". Those of a country other than
// the United States need a number, and nothing else behind them: "ngoyjp01", but "brandenburg".
bool NameReader::read_abbreviation(const Word& word, std::string_view letters,
                                   std::string_view region) {
  const bool whole = word.text.size() == letters.size() + region.size();
  if (is_end_of_name(letters)) return false;  // "westfl" is a part of Florida
  const std::vector<Meaning> cities = abbreviated(letters, region);
  return accept(whole && word.numbered ? cities : american(cities), fair, word,
                "is made like a CLLI of");
}

// The four letters of a CLLI's town, with its state elsewhere: "chcg01-il", "bvtn.or".
bool NameReader::read_clli_and_state(const Word& word) {
  if (word.text.size() != 4) return false;
  for (const auto& parts : parts_) {
    for (const std::string_view state : parts) {
      if (state.size() != 2) continue;
      if (accept(meanings(Spelling::clli, std::string(word.text) += state), strong, word,
                 "and its state are the CLLI of") ||
          (!is_ambiguous_region(state) && accept(american(abbreviated(word.text, state)), fair,
                                                 word, "and its state are made like a CLLI of"))) {
        return true;
      }
    }
  }
  return false;
}

// A country and a code in it, as in the UN's list of places (LOCODE): "usnyc3", "defra1". Without a
// number or a role it is a word: "franc" is not Annecy.
bool NameReader::read_locode(const Word& word) {
  if (word.text.size() != 5 || !(word.numbered || word.beside_role)) return false;
  std::string_view country = word.text.substr(0, 2);
  if (country == "gb") country = "uk";
  const auto cities = meanings_where(Spelling::code, word.text.substr(2),
                                     [&](const City& city) { return city.country == country; });
  return accept(cities, fair, word, "is the country and the code of");
}

// A code and its state: "atlga", or with a digit between them "aus2tx".
bool NameReader::read_code_and_state(const Word& word) {
  std::string_view text = word.text;
  if (text.size() < 5 || text.size() > 6) return false;
  const bool digit = digits.find(text[3]) != std::string_view::npos;
  if (digit != (text.size() == 6)) return false;
  const std::string_view state = text.substr(text.size() - 2);
  const auto cities = meanings_where(Spelling::code, text.substr(0, 3),
                                     [&](const City& city) { return city.state == state; });
  return accept(cities, fair, word, "is the code and the state of");
}

// Takes the one of the cities that is best proved. True when the word is understood, even if what
// it says is then refused.
bool NameReader::accept(const std::vector<Meaning>& cities, int strength, const Word& word,
                        std::string_view kind, bool town) {
  Hint best{nullptr, nothing, word.label, ""};
  bool tie = false;
  const bool is_site = (word.numbered || word.beside_role) &&
                       !is_role(std::string(word.text) + '1') && uses_airport_codes(domain_);
  const auto is_confirmed = [&](const Meaning& meaning) {
    // "rom-it-edge1": there "it" can only be the country.
    return lies_in(*meaning.city, word.next) || confirmed(*meaning.city, word);
  };
  const bool on_campus = domain_.ends_with(".edu");  // "lincoln-hall" is a house
  const bool any_confirmed = std::ranges::any_of(cities, is_confirmed);
  for (const Meaning& meaning : cities) {
    const City& city = *meaning.city;
    if (any_confirmed && !is_confirmed(meaning)) continue;
    if (meaning.at_home_only && !any_confirmed && city.country != home_) continue;
    if (word.text.size() == 2 && !country_.empty() && city.country != country_) continue;
    // "bng" is Bangalore, but "bng1" a gateway of broadband.
    if (meaning.at_home_only && word.numbered && is_role(std::string(word.text) + '1')) continue;
    // "pos" is Port of Spain, but "pos5-0" an interface.
    if (word.numbered && is_interface(word.text) && !any_confirmed && city.country != home_) {
      continue;
    }
    const bool ambiguous = meaning.ambiguous && !(is_site && !town);
    int proof = strength - (ambiguous ? 2 : 0);
    if (any_confirmed) {
      proof = town ? strong : std::max(proof + 1, static_cast<int>(fair));
    } else if (city.country == home_) {
      // "mmo-bor-cr1" is Malmo: a code like "bor" may be the site.
      proof += ambiguous ? 2 : (meaning.at_home_only ? 0 : 1);
    } else if (ambiguous && (!country_.empty() || is_everyday_word(word.text) || on_campus)) {
      proof = std::min<int>(proof, nothing);
    } else if (!country_.empty() && proof > weak) {
      const bool namesake = town && may_share_names(city.country, country_);
      proof = namesake ? static_cast<int>(weak) : proof - 1;  // abroad
    }
    if (const std::string other = contradiction(city, word.label, town); !other.empty()) {
      refused_ = '"' + std::string(word.text) + "\" may be " + display_name(city) + ", but \"" +
                 other + "\" stands beside it";
      proof = nothing;
    }
    // "burien.wa.seattle": a town with its state directly behind it is an address.
    const bool addressed = town && proof >= strong && word.label + 1 < labels_.size() &&
                           city.state == labels_[word.label + 1];
    if (is_bare_host()) proof = std::min(proof, static_cast<int>(weak));
    const bool nearer = best.city && city.country == home_ && best.city->country != home_;
    if (proof > best.strength || (proof == best.strength && nearer)) {
      best.city = &city;
      best.strength = addressed ? certain : std::min<int>(proof, strong);
      tie = false;
    } else if (proof == best.strength && proof > nothing) {
      tie = true;
    }
  }
  if (tie) {
    refused_ = '"' + std::string(word.text) + "\" is the name of more than one town";
  } else if (best.city) {
    best.why =
        '"' + std::string(word.text) + "\" " + std::string(kind) + ' ' + display_name(*best.city);
    hints_.push_back(best);
  }
  return !cities.empty();
}

// Whether a country or a state in the name says the same; a word of three letters, as "act", is no
// witness for itself.
bool NameReader::confirmed(const City& city, const Word& word) const {
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    if (i != word.label && lies_in(city, region_of_tier(labels_[i]))) return true;
  }
  return std::ranges::any_of(parts_[word.label], [&](std::string_view part) {
    return !is_ambiguous_region(part) && lies_in(city, part) &&
           (part.size() == 2 || part != word.text);
  });
}

// The label that places the name elsewhere; empty when none does.
std::string NameReader::contradiction(const City& city, std::size_t label, bool town) const {
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    const std::string& other = labels_[i];
    if (i == label || lies_in(city, other)) continue;
    // What stands directly behind it counts more than what stands far from it.
    if (label + 1 < labels_.size() && lies_in(city, labels_[label + 1])) continue;
    if (is_region(other) && !is_ambiguous_region(other)) return other;
    if (town && i == label + 1 && is_american_state(other)) return other;
  }
  return {};
}

bool NameReader::beside_role(std::size_t label, std::size_t at) const {
  const auto& parts = parts_[label];
  if (at > 0 && is_role(parts[at - 1])) return true;
  if (at == 0 && parts.size() > 2 && is_role(parts.back())) return true;  // "per-ndcp2-bb7"
  if (at + 1 < parts.size()) return is_role(parts[at + 1]);
  return parts.size() == 1 && label > 0 && is_role(labels_[label - 1]);
}

// A machine may be called like a town ("paris", "den1"); a router's name says more than that, if it
// is only a role ("tky001bb01").
bool NameReader::is_bare_host() const {
  return labels_.size() == 1 && parts_[0].size() == 1 &&
         without_number(parts_[0][0]).find_first_of(digits) == std::string_view::npos;
}

}  // namespace

PlaceGuess guess_place(std::string_view name) {
  std::vector<std::string> labels = labels_of(name);
  if (labels.empty()) return {};
  return NameReader(std::move(labels)).guess();
}

}  // namespace traceroute
