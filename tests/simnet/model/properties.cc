#include "simnet/model/properties.hh"

#include <functional>
#include <map>

namespace simnet {

namespace {

constexpr std::uint8_t unreachable_v4 = 3;
constexpr std::uint8_t unreachable_v6 = 1;

// "13" is a code of the family's destination unreachable, "12-0" a type and a code.
IcmpKind parse_kind(Line kind, std::uint8_t unreachable) {
  const auto octet = [&] { return static_cast<std::uint8_t>(kind.number(0, 255)); };
  const std::uint8_t type = kind.count() > 1 ? octet() : unreachable;
  return {type, octet()};
}

KindOfFamily parse_kinds(Line& line) {
  Line families = line.parts(',');
  const Line v4 = families.parts('-');
  const Line v6 = families.empty() ? v4 : families.parts('-');
  return {parse_kind(v4, unreachable_v4), parse_kind(v6, unreachable_v6)};
}

Limit parse_limit(Line& line) {
  const std::string text = line.peek();
  Line parts = line.parts('/');
  if (text == "none") return {};
  if (text == "linux") return {6, std::chrono::seconds(1)};
  if (text == "cisco") return {1, std::chrono::milliseconds(500)};
  const unsigned burst = parts.number(1, 1'000'000);
  return {burst, parts.milliseconds()};
}

std::vector<MplsEntry> parse_mpls(Line& line) {
  std::vector<MplsEntry> stack;
  for (Line entries = line.parts(','); !entries.empty();) {
    Line parts = entries.parts('/');
    MplsEntry entry;
    entry.label = parts.number(0, (1U << 20) - 1);
    if (!parts.empty()) {
      entry.exp = parts.number(0, 7);
      entry.ttl = parts.number(0, 255);
    }
    stack.push_back(entry);
  }
  if (stack.empty() || stack.size() > 30) line.fail("1 to 30 MPLS labels expected");
  return stack;
}

Balance parse_balance(Line& line) {
  const std::string text = line.word("a way to balance");
  if (text == "flow") return Balance::flow;
  if (text == "packet") return Balance::packet;
  if (text == "destination") return Balance::destination;
  if (text == "label") return Balance::label;
  line.fail("balance flow, packet, destination or label expected");
}

using Setter = std::function<void(Line&, Properties&)>;

unsigned multiple_of_4(Line& line, unsigned max) {
  const unsigned value = line.number(0, max);
  if (value % 4 != 0) line.fail("a multiple of 4 expected");
  return value;
}

std::vector<std::string> parse_labels(Line& line);

const std::map<std::string, Setter>& setters() {
  static const std::map<std::string, Setter> table{
      {"delay", [](Line& line, Properties& p) { p.delay = line.milliseconds(); }},
      {"jitter", [](Line& line, Properties& p) { p.jitter = line.percent(); }},
      {"loss", [](Line& line, Properties& p) { p.loss = line.percent(); }},
      {"drop", [](Line& line, Properties& p) { p.drop = line.percent(); }},
      {"silent", [](Line&, Properties& p) { p.silent = true; }},
      {"slow", [](Line& line, Properties& p) { p.slow = line.milliseconds(); }},
      {"limit", [](Line& line, Properties& p) { p.limit = parse_limit(line); }},
      {"duplicate", [](Line& line, Properties& p) { p.duplicate = line.milliseconds(); }},
      {"return", [](Line& line, Properties& p) { p.return_hops = line.number(0, 255); }},
      {"ttl", [](Line& line, Properties& p) { p.ttl = line.number(1, 255); }},
      {"quote", [](Line& line, Properties& p) { p.quote = line.number(0, 65535); }},
      {"options", [](Line& line, Properties& p) { p.options = multiple_of_4(line, 40); }},
      {"mpls", [](Line& line, Properties& p) { p.mpls = parse_mpls(line); }},
      {"interface", [](Line& line, Properties& p) { p.interface = line.word("a name"); }},
      {"oldext", [](Line&, Properties& p) { p.old_extension = true; }},
      {"nat", [](Line& line, Properties& p) { p.nat = line.addresses(); }},
      {"tos", [](Line& line, Properties& p) { p.tos = line.number(0, 255); }},
      {"ttl0", [](Line&, Properties& p) { p.ttl0 = true; }},
      {"unreachable", [](Line& line, Properties& p) { p.unreachable = parse_kinds(line); }},
      {"refuse",
       [](Line& line, Properties& p) {
         p.unreachable = parse_kinds(line);
         p.refuse = true;
       }},
      {"also", [](Line& line, Properties& p) { p.also = parse_kinds(line); }},
      {"admit",
       [](Line& line, Properties& p) {
         if (line.peek().find('/') != std::string::npos) {
           p.admit_limit = parse_limit(line);
         } else {
           p.admit = line.percent();
         }
       }},
      {"echolimit", [](Line& line, Properties& p) { p.echo_limit = parse_limit(line); }},
      {"every", [](Line& line, Properties& p) { p.every = line.number(1, 1000); }},
      {"mtu", [](Line& line, Properties& p) { p.mtu = line.number(68, 65535); }},
      {"to", [](Line& line, Properties& p) { p.to = parse_labels(line); }},
      {"balance", [](Line& line, Properties& p) { p.balance = parse_balance(line); }},
      {"name", [](Line& line, Properties& p) { p.name = line.name(); }},
      {"namedelay", [](Line& line, Properties& p) { p.name_delay = line.milliseconds(); }},
      {"namedead", [](Line&, Properties& p) { p.name_dead = true; }},
      {"as", [](Line& line, Properties& p) { p.as = line.number(0, 4'294'967'295U); }},
  };
  return table;
}

// The words up to the next property.
std::vector<std::string> parse_labels(Line& line) {
  std::vector<std::string> labels;
  while (!line.empty() && !is_property(line.peek())) labels.push_back(line.word("a label"));
  if (labels.empty()) line.fail("to: a label expected");
  return labels;
}

}  // namespace

bool is_property(const std::string& word) { return setters().contains(word); }

Properties parse_properties(Line& line, Properties properties) {
  while (!line.empty()) {
    const std::string word = line.word("a property");
    const auto setter = setters().find(word);
    if (setter == setters().end()) line.fail("there is no property \"" + word + '"');
    setter->second(line, properties);
  }
  return properties;
}

}  // namespace simnet
