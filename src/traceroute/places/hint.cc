#include "traceroute/places/hint.hh"

#include <algorithm>

#include "traceroute/places/domain.hh"
#include "traceroute/places/router_words.hh"
#include "wire/words.hh"

namespace traceroute {

namespace {

using wire::has_word;

constexpr std::string_view american_states =
    "ak al ar az ca co ct de fl ga hi ia id il in ks ky la ma md me mi mn mo ms mt nc nd "
    "ne nh nj nm nv ny oh ok or pa ri sc sd tn tx ut va vt wa wi wv wy";
// Towns whose names are also words that names of machines are made of.
constexpr std::string_view everyday_words = "bath mobile nice reading split";
// Sold everywhere.
constexpr std::string_view worldwide_domains =
    "ac ai am as cc eu fm gg im io la me nu sh su to tv ws";
// Countries that operators have in their domains: "cwjamaica.com".
constexpr std::string_view named_countries =
    "angola ao, argentina ar, bangladesh bd, bolivia bo, botswana bw, brasil br, bulgaria bg, "
    "cameroon cm, chile cl, colombia co, croatia hr, cyprus cy, ecuador ec, ethio et, "
    "ghana gh, honduras hn, iceland is, india in, indonesia id, iraq iq, jamaica jm, "
    "kenya ke, lanka lk, libya ly, malaysia my, maroc ma, mauritius mu, mexico mx, "
    "namibia na, nepal np, nicaragua ni, nigeria ng, pakistan pk, panama pa, paraguay py, "
    "peru pe, philippines ph, romania ro, rwanda rw, senegal sn, serbia rs, slovenia si, "
    "somalia so, tanzania tz, thailand th, tunisia tn, uganda ug, ukraine ua, uruguay uy, "
    "venezuela ve, vietnam vn, zambia zm, zimbabwe zw";
constexpr std::string_view english = "au ca ie nz uk us za";
constexpr std::string_view spanish =
    "ar bo cl co cr cu do ec es gt hn mx ni pa pe ph pr py sv uy ve";
constexpr std::string_view indian = "bd in pk";

// The country or state of a label that is one with a tier of the network, "uk" of "ukcore"; else
// the label itself.
std::string_view region_of_tier(std::string_view label) {
  for (const std::string_view tier : {"core", "edge"}) {
    const std::string_view word = without_number(label);
    if (word.size() == 2 + tier.size() && word.ends_with(tier)) return word.substr(0, 2);
  }
  return label;
}

// Whether towns of one country are likely to have namesakes in the other, as settlers take the
// names of their towns along: Perth, Boston, Guadalajara.
bool may_share_names(std::string_view country, std::string_view other) {
  const auto both_in = [&](std::string_view list) {
    return has_word(list, country) && has_word(list, other);
  };
  return both_in(english) || both_in(spanish) || both_in(indian);
}

// The country whose name a registered domain begins or ends with: "cwjamaica.com"; empty if none.
std::string_view country_named_in(std::string_view domain) {
  const std::string_view label = domain.substr(0, domain.find('.'));
  for (std::string_view rest = named_countries; !rest.empty();) {
    std::string_view country = wire::take_word(rest, ", ");
    const std::string_view name = wire::take_word(country);
    if (label.ends_with(name)) return country;
    // "indianatel" is none of India's, "peruibe" none of Peru's.
    if (label.starts_with(name) && name.size() > 5) return country;
  }
  return {};
}

// Whether names below a top-level domain are, as a rule, of the country it stands for: "fr", but
// not "net", nor "tv" and the like, which are sold everywhere.
bool is_country_domain(std::string_view top) {
  return top.size() == 2 && !has_word(worldwide_domains, top);
}

}  // namespace

Hints::Hints(std::vector<std::string> labels)
    : labels_(std::move(labels)), domain_(registered_domain(labels_)) {
  if (is_country_domain(labels_.back())) country_ = labels_.back();
  home_ = country_.empty() ? std::string(country_named_in(domain_)) : country_;
  labels_.resize(labels_.size() - domain_labels(labels_));
  for (const std::string& label : labels_) parts_.push_back(parts_of(label));
}

bool Hints::accept(const std::vector<Meaning>& cities, int strength, const Word& word,
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
      proof = town ? strong : std::max(proof + 1, fair);
    } else if (city.country == home_) {
      // "mmo-bor-cr1" is Malmo: a code like "bor" may be the site.
      proof += ambiguous ? 2 : (meaning.at_home_only ? 0 : 1);
    } else if (ambiguous &&
               (!country_.empty() || has_word(everyday_words, word.text) || on_campus)) {
      proof = std::min(proof, nothing);
    } else if (!country_.empty() && proof > weak) {
      const bool namesake = town && may_share_names(city.country, country_);
      proof = namesake ? weak : proof - 1;  // abroad
    }
    if (const std::string other = contradiction(city, word.label, town); !other.empty()) {
      refused_ = '"' + std::string(word.text) + "\" may be " + display_name(city) + ", but \"" +
                 other + "\" stands beside it";
      proof = nothing;
    }
    // "burien.wa.seattle": a town with its state directly after it is an address.
    const bool addressed = town && proof >= strong && word.label + 1 < labels_.size() &&
                           city.state == labels_[word.label + 1];
    const bool nearer = best.city && city.country == home_ && best.city->country != home_;
    if (proof > best.strength || (proof == best.strength && nearer)) {
      best.city = &city;
      best.strength = addressed ? certain : std::min(proof, strong);
      tie = false;
    } else if (proof == best.strength && proof > nothing) {
      tie = true;
    }
  }
  if (tie) {
    refused_ = '"' + std::string(word.text) + "\" is the name of more than one town";
  } else if (best.city) {
    if (is_bare_host()) best.strength = weak;
    best.why =
        '"' + std::string(word.text) + "\" " + std::string(kind) + ' ' + display_name(*best.city);
    hints_.push_back(best);
  }
  return !cities.empty();
}

// Whether a country or a state in the name says the same; a word of three letters, as "act", is no
// witness for itself.
bool Hints::confirmed(const City& city, const Word& word) const {
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    if (i != word.label && lies_in(city, region_of_tier(labels_[i]))) return true;
  }
  return std::ranges::any_of(parts_[word.label], [&](std::string_view part) {
    return !is_ambiguous_region(part) && lies_in(city, part) &&
           (part.size() == 2 || part != word.text);
  });
}

// The label that places the name elsewhere; empty when none does.
std::string Hints::contradiction(const City& city, std::size_t label, bool town) const {
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    const std::string& other = labels_[i];
    if (i == label || lies_in(city, other)) continue;
    // What stands directly after it counts more than what stands far from it.
    if (label + 1 < labels_.size() && lies_in(city, labels_[label + 1])) continue;
    if (is_region(other) && !is_ambiguous_region(other)) return other;
    if (town && i == label + 1 && has_word(american_states, other)) return other;
  }
  return {};
}

bool Hints::beside_role(std::size_t label, std::size_t at) const {
  const auto& parts = parts_[label];
  if (at > 0 && is_role(parts[at - 1])) return true;
  if (at == 0 && parts.size() > 2 && is_role(parts.back())) return true;  // "per-ndcp2-bb7"
  if (at + 1 < parts.size()) return is_role(parts[at + 1]);
  return parts.size() == 1 && label > 0 && is_role(labels_[label - 1]);
}

// A machine may be called like a town ("paris", "den1", "sydney-phone"); a router's name says more
// than that, if it is only a number or a role ("tky001bb01", "london-gw").
bool Hints::is_bare_host() const {
  if (labels_.size() != 1) return false;
  const auto& parts = parts_[0];
  const auto has_digit = [](std::string_view part) {
    return part.find_first_of("0123456789") != std::string_view::npos;
  };
  if (parts.size() == 1) return !has_digit(without_number(parts[0]));
  return std::ranges::none_of(parts, [&](std::string_view part) {
    return has_digit(part) || is_role(std::string(part) + '1');
  });
}

// The strongest hint counts, of equal ones the last, which is the closest to the domain; in one
// label equal ones that disagree show nothing, unless the first of them alone lies in the country
// of the domain: "mex-roma" is a site in Mexico City.
PlaceGuess Hints::guess() const {
  PlaceGuess guess;
  guess.reason = refused_;
  const Hint* chosen = nullptr;
  for (const Hint& hint : hints_) {
    if (!chosen || hint.strength >= chosen->strength) chosen = &hint;
  }
  if (!chosen) return guess;
  const int top = chosen->strength;
  const auto at_home = [&](const Hint& hint) { return hint.city->country == country_; };
  const auto rival = std::ranges::find_if(hints_, [&](const Hint& hint) {
    return hint.strength == top && hint.label == chosen->label;
  });
  const bool settled = at_home(*rival) && !at_home(*chosen);
  if (settled) chosen = &*rival;
  guess.reason = chosen->why;
  bool sure = top >= fair || std::ranges::count(hints_, chosen->city, &Hint::city) > 1;
  for (const Hint& hint : hints_) {
    if (hint.city == chosen->city || hint.strength < std::min(top, fair)) continue;
    if (hint.strength == top && hint.label == chosen->label && (!settled || at_home(hint))) {
      guess.reason = hint.why + ", " + chosen->why + ": they contradict each other";
      return guess;
    }
    sure = sure && hint.strength < top;
    guess.reason += "; it weighs more than " + hint.why;
  }
  guess.city = chosen->city;
  guess.sure = sure;
  return guess;
}

}  // namespace traceroute
