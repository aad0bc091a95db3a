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

}  // namespace traceroute
