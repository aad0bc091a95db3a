#include "simnet/model/description.hh"

#include <set>

#include "simnet/model/line.hh"
#include "simnet/model/properties.hh"

namespace simnet {

namespace {

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
    if (!first.empty() && !is_property(first) && !parse_prefix(first)) {
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
