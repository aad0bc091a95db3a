#include "support/formats/xml_check.hh"

#include <algorithm>
#include <set>
#include <vector>

namespace {

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == ':';
}

class Checker {
 public:
  explicit Checker(std::string_view text) : rest_(text) {}

  std::string fault() {
    while (fault_.empty() && !rest_.empty()) {
      if (rest_.front() == '<') {
        tag();
      } else {
        text('<');
        if (open_.empty()) fail_unless_blank();
      }
    }
    if (fault_.empty() && !open_.empty()) fault_ = "not closed: " + open_.back();
    return fault_;
  }

 private:
  void fail(const std::string& why) {
    if (fault_.empty()) fault_ = why + " before: " + std::string(rest_.substr(0, 60));
  }
  char next() {
    if (rest_.empty()) {
      fail("unexpected end");
      return '\0';
    }
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  bool take(std::string_view what) {
    if (!rest_.starts_with(what)) return false;
    rest_.remove_prefix(what.size());
    return true;
  }
  std::string name() {
    std::string result;
    while (!rest_.empty() && is_name(rest_.front())) result += next();
    if (result.empty()) fail("a name expected");
    return result;
  }
  void fail_unless_blank() {
    if (last_text_.find_first_not_of(" \n") != std::string::npos) fail("text outside");
  }

  void text(char end) {
    last_text_.clear();
    while (fault_.empty() && !rest_.empty() && rest_.front() != end) {
      if (rest_.front() == '&') {
        const bool known = take("&amp;") || take("&lt;") || take("&gt;") || take("&quot;");
        if (!known) fail("an entity that is none of markup");
        continue;
      }
      character();
    }
  }

  void character() {
    const auto byte = static_cast<unsigned char>(next());
    last_text_ += static_cast<char>(byte);
    if (byte == '<') fail("'<' in text");
    if ((byte < ' ' && byte != '\n') || byte == 0x7f) fail("a control character");
    int more = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc0 ? 1 : 0;
    if (byte >= 0x80 && more == 0) fail("no UTF-8");
    unsigned code = byte & (0x7fU >> (more == 0 ? 0 : more + 1));
    for (; more > 0; --more) {
      const auto follows = static_cast<unsigned char>(next());
      if ((follows & 0xc0) != 0x80) fail("no UTF-8");
      code = code << 6 | (follows & 0x3fU);
    }
    const bool bidirectional = code == 0x61c || (code >= 0x200b && code <= 0x200f) ||
                               (code >= 0x202a && code <= 0x202e) ||
                               (code >= 0x2060 && code <= 0x206f) || code == 0xfeff;
    if (bidirectional || (code >= 0x80 && code < 0xa0)) fail("a mark that is not seen");
  }

  void tag() {
    take("<");
    if (take("/")) {
      const std::string closed = name();
      if (open_.empty() || open_.back() != closed) fail("</" + closed + "> closes nothing");
      if (!open_.empty()) open_.pop_back();
      if (!take(">")) fail("'>' expected");
      return;
    }
    const std::string element = name();
    const std::set<std::string> harmless = {"svg", "title", "style", "rect",  "path",
                                            "g",   "text",  "tspan", "circle"};
    if (!harmless.contains(element)) fail("an element <" + element + ">");
    std::set<std::string> attributes;
    while (fault_.empty() && take(" ")) {
      const std::string attribute = name();
      if (!attributes.insert(attribute).second) fail(attribute + " twice");
      if (attribute.starts_with("on") || attribute.find("href") != std::string::npos) {
        fail("an attribute " + attribute);
      }
      if (!take("=\"")) fail("=\" expected");
      text('"');
      if (last_text_.find("url") != std::string::npos) fail("a reference");
      if (!take("\"")) fail("'\"' expected");
    }
    if (take("/>")) return;
    if (!take(">")) fail("'>' expected");
    open_.push_back(element);
    if (element != "style") return;
    text('<');
    for (const char* fetched : {"url", "@import", "@font-face", "expression"}) {
      if (last_text_.find(fetched) != std::string::npos) fail(fetched);
    }
  }

  std::string_view rest_;
  std::string fault_;
  std::string last_text_;
  std::vector<std::string> open_;
};

}  // namespace

std::string xml_fault(std::string_view text) { return Checker(text).fault(); }
