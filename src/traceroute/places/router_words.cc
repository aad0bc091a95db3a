#include "traceroute/places/router_words.hh"

#include <algorithm>
#include <array>

#include "wire/words.hh"

namespace traceroute {

using wire::has_word;

namespace {

constexpr std::string_view roles =
    "a acc agg agr ar asbr asr asw b bar bb bbr bcr cbr cor bdr bng br bras car ccr core cr "
    "crs cs csr csw dar dcr dist dr ear ebr edge er gar gw ibr icr ir leaf lsr mcore mcs mpr "
    "msr mx nr p par pat pe peer pr rbr r rar rcr rou router rt rtr rtsw rur sbb sbr scr "
    "spine sr sw tcore xcr xr border xt";
// Not "ar", "er", "pe" and "rt", in which words end: "order" is no router in Chicago (ord).
constexpr std::array glued_roles = {"core", "edge", "bprj", "bbrj", "bcr", "bbr", "ccr", "rtr",
                                    "cr",   "br",   "bb",   "gw",   "sw",  "sdn", "bdr"};
constexpr std::string_view interfaces = "lan mpls nat pos tun";
constexpr std::string_view ambiguous_regions =
    "ad ae af ar at aw bb be bf bi bj bm bn br bs bt bw bz ce cg cm cr cu cv dc er fo ge gf gi "
    "gl gm gn gp gy hr ht id im in is it je la lb li lr ls ly mc me mg mh ml mp mq mr mv mw mx "
    "my na no ns nt on or pa pe pr pw re sa sb sl sm so sp sr ss sy sz td tg tj tl tm to tr vu "
    "ws xk ye";
constexpr std::string_view american_states =
    "ak al ar az ca co ct de fl ga hi ia id il in ks ky la ma md me mi mn mo ms mt nc nd "
    "ne nh nj nm nv ny oh ok or pa ri sc sd tn tx ut va vt wa wi wv wy";

constexpr std::string_view worldwide_domains =
    "ac ai am as cc eu fm gg im io la me nu sh su to tv ws";

constexpr std::string_view everyday_words = "bath mobile nice reading split";
constexpr std::string_view beginnings_of_names = "den los rio san sao";
constexpr std::string_view ends_of_names =
    "ave bay beach bourg burg burgh center city court dale east er ers falls field ford grove "
    "gate hall ham hill hills house ia ian is ish land lane mill new north park port rd ridge "
    "road s shire shores son south springs st street sville ton town valley view ville way "
    "west wood woods";
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

}  // namespace

std::vector<std::string_view> parts_of(std::string_view label) {
  std::vector<std::string_view> parts;
  while (!label.empty()) {
    const std::string_view part = label.substr(0, label.find_first_of("-_"));
    label.remove_prefix(std::min(part.size() + 1, label.size()));
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

std::size_t far_end_of_link(std::string_view label) {
  for (const std::string_view joint : {"--", "-to-", "-ip-", "-oc12-", "-oc48-", "-oc192-"}) {
    const std::size_t at = label.find(joint);
    if (at != std::string_view::npos && at > 0) return parts_of(label.substr(0, at)).size();
  }
  return parts_of(label).size();
}

std::size_t after_customer(const std::vector<std::string_view>& parts) {
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (without_number(parts[i]) != "ic") continue;
    constexpr std::size_t least = 5;                 // digits: elsewhere, "ic-2" is a router
    if (parts[i].size() >= 2 + least) return i + 1;  // "ic350972"
    if (i + 1 == parts.size() || !without_number(parts[i + 1]).empty()) continue;
    if (parts[i + 1].size() >= least) return i + 2;
  }
  return 0;
}

bool is_hex_address(std::string_view part) {
  constexpr std::size_t min_digits = 8, max_letters = 2;  // before them: "ip1f02dca1"
  if (part.size() < min_digits) return false;
  part.remove_prefix(std::min(max_letters, part.size() - min_digits));
  return part.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_interface(std::string_view word) { return has_word(interfaces, word); }

std::string_view region_of_tier(std::string_view label) {
  for (const std::string_view tier : {"core", "edge"}) {
    const std::string_view word = without_number(label);
    if (word.size() == 2 + tier.size() && word.ends_with(tier)) return word.substr(0, 2);
  }
  return label;
}

std::string_view without_number(std::string_view word) {
  while (!word.empty() && word.back() >= '0' && word.back() <= '9') word.remove_suffix(1);
  return word;
}

bool is_role(std::string_view part) {
  const std::string_view word = without_number(part);
  return has_word(roles, word) && (word.size() < part.size() || word.size() > 3 || word == "rtr");
}

std::vector<std::string_view> codes_before_role(std::string_view word, std::size_t min_letters) {
  std::vector<std::string_view> codes;
  for (const std::string_view role : glued_roles) {
    if (word.size() < role.size() + min_letters || !word.ends_with(role)) continue;
    codes.push_back(word.substr(0, word.size() - role.size()));
  }
  return codes;
}

bool is_ambiguous_region(std::string_view label) { return has_word(ambiguous_regions, label); }

bool is_american_state(std::string_view label) { return has_word(american_states, label); }

bool is_everyday_word(std::string_view word) { return has_word(everyday_words, word); }

bool is_beginning_of_name(std::string_view word) { return has_word(beginnings_of_names, word); }

bool is_end_of_name(std::string_view letters) { return has_word(ends_of_names, letters); }

bool is_telefonica(std::string_view domain) {
  constexpr std::string_view names[] = {"telefonica", "telxius", "tiws"};
  return std::ranges::any_of(names,
                             [&](std::string_view name) { return domain.starts_with(name); });
}

bool may_share_names(std::string_view country, std::string_view other) {
  const auto both_in = [&](std::string_view list) {
    return has_word(list, country) && has_word(list, other);
  };
  return both_in(english) || both_in(spanish) || both_in(indian);
}

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

bool is_country_domain(std::string_view top) {
  return top.size() == 2 && !has_word(worldwide_domains, top);
}

}  // namespace traceroute
