#include "description.hh"

#include <algorithm>
#include <cctype>
#include <functional>
#include <set>

#include "line.hh"

namespace simnet {

namespace {

constexpr std::uint8_t unreachable_v4 = 3;
constexpr std::uint8_t unreachable_v6 = 1;

// "13" is a code of the family's destination unreachable, "12-0" a type and a code.
IcmpKind parse_kind(const Line& line, const std::string& text, std::uint8_t unreachable) {
  const std::size_t dash = text.find('-');
  const bool has_type = dash != std::string::npos;
  Line numbers(has_type ? text.substr(0, dash) + ' ' + text.substr(dash + 1) : text, "");
  const auto octet = [&]() -> std::uint8_t {
    const std::string word = numbers.word("");
    if (word.empty() || word.size() > 3 ||
        !std::all_of(word.begin(), word.end(),
                     [](char c) { return std::isdigit(static_cast<unsigned char>(c)); }) ||
        std::stoi(word) > 255) {
      line.fail('"' + text + "\": an ICMP code, or TYPE-CODE, expected");
    }
    return static_cast<std::uint8_t>(std::stoi(word));
  };
  if (text.empty() || dash == 0 || (has_type && dash + 1 == text.size())) {
    line.fail('"' + text + "\": an ICMP code, or TYPE-CODE, expected");
  }
  const std::uint8_t type = has_type ? octet() : unreachable;
  return {type, octet()};
}

KindOfFamily parse_kinds(Line& line) {
  const std::string text = line.word("an ICMP code");
  const std::size_t comma = text.find(',');
  const std::string v6 = comma == std::string::npos ? text : text.substr(comma + 1);
  return {parse_kind(line, text.substr(0, comma), unreachable_v4),
          parse_kind(line, v6, unreachable_v6)};
}

Limit parse_limit(Line& line) {
  const std::string text = line.word("a limit");
  if (text == "none") return {};
  if (text == "linux") return {6, std::chrono::seconds(1)};
  if (text == "cisco") return {1, std::chrono::milliseconds(500)};
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) line.fail("limit linux, cisco, none or BURST/MS expected");
  Line parts(text.substr(0, slash) + ' ' + text.substr(slash + 1), "limit \"" + text + '"');
  const unsigned burst = parts.number(1, 1'000'000);
  return {burst, parts.milliseconds()};
}

std::vector<MplsEntry> parse_mpls(Line& line) {
  std::string text = line.word("MPLS labels");
  std::replace(text.begin(), text.end(), ',', ' ');
  std::vector<MplsEntry> stack;
  for (Line entries(text, ""); !entries.empty();) {
    std::string entry = entries.word("");
    std::replace(entry.begin(), entry.end(), '/', ' ');
    Line parts(entry, "mpls \"" + entry + '"');
    MplsEntry parsed;
    parsed.label = parts.number(0, (1U << 20) - 1);
    if (!parts.empty()) {
      parsed.exp = parts.number(0, 7);
      parsed.ttl = parts.number(0, 255);
    }
    if (!parts.empty()) line.fail("mpls LABEL or LABEL/EXP/TTL expected");
    stack.push_back(parsed);
  }
  if (stack.empty() || stack.size() > 30) line.fail("1 to 30 MPLS labels expected");
  return stack;
}

Balance parse_balance(Line& line) {
  const std::string text = line.word("a way to balance");
  if (text == "flow") return Balance::flow;
  if (text == "packet") return Balance::packet;
  if (text == "destination") return Balance::destination;
  line.fail("balance flow, packet or destination expected");
}

using Setter = std::function<void(Line&, Properties&)>;

unsigned multiple_of_4(Line& line, unsigned most) {
  const unsigned value = line.number(0, most);
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
      {"ttl0", [](Line&, Properties& p) { p.ttl0 = true; }},
      {"unreachable", [](Line& line, Properties& p) { p.unreachable = parse_kinds(line); }},
      {"refuse",
       [](Line& line, Properties& p) {
         p.unreachable = parse_kinds(line);
         p.refuse = true;
       }},
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
  while (!line.empty() && !setters().contains(line.peek())) labels.push_back(line.word("a label"));
  if (labels.empty()) line.fail("to: a label expected");
  return labels;
}

Properties parse_properties(Line& line, Properties properties) {
  while (!line.empty()) {
    const std::string word = line.word("a property");
    const auto setter = setters().find(word);
    if (setter == setters().end()) line.fail("there is no property \"" + word + '"');
    setter->second(line, properties);
  }
  return properties;
}

class Parser {
 public:
  explicit Parser(std::string origin) : origin_(std::move(origin)) {}

  void parse(std::string_view text) {
    for (unsigned number = 1; !text.empty(); ++number) {
      const std::size_t end = text.find('\n');
      Line line(text.substr(0, end), origin_ + ':' + std::to_string(number));
      if (!line.empty()) parse_line(line);
      if (end == std::string_view::npos) break;
      text.remove_prefix(end + 1);
    }
  }

  Description finish() {
    const Line whole("", origin_);
    if (made_.link && !made_.nodes.empty()) whole.fail("a link and a path cannot stand together");
    if (!made_.link && made_.nodes.empty()) whole.fail("a hop, a target or a link expected");
    for (std::size_t i = 0; i < made_.nodes.size(); ++i) connect(i, whole);
    if (made_.local.empty()) made_.local = two("10.0.0.2", "fd00::2");
    if (made_.resolver.addresses.empty()) made_.resolver.addresses = two("10.0.0.53", "fd00::53");
    return std::move(made_);
  }

 private:
  static std::vector<Ip> two(std::string_view v4, std::string_view v6) {
    return {parse_prefix(v4)->address, parse_prefix(v6)->address};
  }

  void parse_line(Line& line) {
    const std::string word = line.word("");
    if (word == "hop") return parse_node(line, false);
    if (word == "hops") return parse_many(line);
    if (word == "target") return parse_node(line, true);
    if (word == "all") {
      all_ = parse_properties(line, all_);
      return;
    }
    if (word == "local") {
      made_.local = line.addresses();
      if (made_.local.empty()) line.fail("local: an address expected");
    } else if (word == "resolver") {
      parse_resolver(line);
    } else if (word == "txt") {
      parse_txt(line);
    } else if (word == "link") {
      parse_link(line);
    } else {
      line.fail("there is nothing called \"" + word + '"');
    }
    if (!line.empty()) line.fail("nothing expected after this: \"" + line.peek() + '"');
  }

  void parse_node(Line& line, bool target) {
    Node node;
    node.target = target;
    const std::string first = line.peek();
    if (!first.empty() && !setters().contains(first) && !parse_prefix(first)) {
      node.label = line.word("a label");
      if (!labels_.emplace(node.label, made_.nodes.size()).second) {
        line.fail("there are two labels \"" + node.label + '"');
      }
    }
    node.addresses = line.prefixes();
    if (target && node.addresses.empty()) line.fail("target: an address or a prefix expected");
    node.is = parse_properties(line, all_);
    add(node);
  }

  void parse_many(Line& line) {
    const unsigned count = line.number(1, 255);
    Node node;
    node.addresses = line.prefixes();
    node.is = parse_properties(line, all_);
    for (unsigned i = 0; i < count; ++i) add(node);
  }

  void add(Node node) {
    node.number = static_cast<unsigned>(made_.nodes.size()) + 1;
    if (node.addresses.empty()) {
      node.addresses = {{parse_prefix("198.18.0.0")->address + node.number, 32},
                        {parse_prefix("2001:2::")->address + node.number, 128}};
    }
    made_.nodes.push_back(std::move(node));
  }

  void parse_resolver(Line& line) {
    made_.resolver.addresses = line.addresses();
    while (!line.empty() && (line.peek() == "delay" || line.peek() == "dead")) {
      if (line.word("") == "dead") {
        made_.resolver.dead = true;
      } else {
        made_.resolver.delay = line.milliseconds();
      }
    }
  }

  void parse_txt(Line& line) {
    const std::string name = dotted(line.name());
    std::string text = line.word("a text");
    while (!line.empty()) text += ' ' + line.word("");
    if (text.size() > 255) line.fail("txt: a text of at most 255 bytes expected");
    made_.txt[name] = text;
  }

  void parse_link(Line& line) {
    Link link;
    std::set<bool> near_families;
    for (const Ip& ip : line.addresses()) {
      (near_families.insert(ip.v6).second ? link.near : link.far).push_back(ip);
    }
    if (link.far.size() != link.near.size() || link.far.empty()) {
      line.fail("link: two addresses of each family expected, near and far");
    }
    const Properties properties = parse_properties(line, {});
    link.delay = properties.delay;
    link.jitter = properties.jitter;
    link.loss = properties.loss;
    made_.link = link;
  }

  // Fills in where node i leads: what its `to` says, else the line below it, or all the targets
  // that stand there.
  void connect(std::size_t i, const Line& whole) {
    Node& node = made_.nodes[i];
    for (const std::string& label : node.is.to) {
      const auto found = labels_.find(label);
      if (found == labels_.end()) whole.fail("to: there is no label \"" + label + '"');
      node.next.push_back(found->second);
    }
    if (node.target || !node.next.empty()) return;
    const auto& nodes = made_.nodes;
    for (std::size_t j = i + 1; j < nodes.size(); ++j) {
      if (!nodes[j].target && j > i + 1) break;
      node.next.push_back(j);
      if (!nodes[j].target) break;
    }
  }

  std::string origin_;
  Description made_;
  Properties all_;
  std::map<std::string, std::size_t> labels_;
};

}  // namespace

Description parse_description(std::string_view text, const std::string& origin) {
  Parser parser(origin);
  parser.parse(text);
  return parser.finish();
}

std::string dotted(const Labels& labels) {
  std::string text;
  for (const std::string& label : labels) {
    if (!text.empty()) text += '.';
    for (const char c : label) text += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return text;
}

}  // namespace simnet
