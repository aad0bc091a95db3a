#include "support/formats/json_value.hh"

#include <algorithm>
#include <charconv>

namespace {

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  std::optional<JsonValue> whole() {
    JsonValue value = parse(0);
    skip_blanks();
    if (!ok_ || !rest_.empty()) return std::nullopt;
    return value;
  }

 private:
  using Type = JsonValue::Type;
  static constexpr int deepest = 32;

  void skip_blanks() {
    while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_[0]) != rest_.npos) {
      rest_.remove_prefix(1);
    }
  }
  bool take(std::string_view token) {
    skip_blanks();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  void expect(std::string_view token) { ok_ = take(token) && ok_; }

  JsonValue parse(int depth) {
    JsonValue value;
    if (depth > deepest) ok_ = false;
    if (!ok_) return value;
    if (take("{")) {
      value.type = Type::object;
      for (bool more = !take("}"); ok_ && more; more = !take("}")) {
        if (!value.members.empty()) expect(",");
        std::string key = string();
        if (value.at(key)) ok_ = false;
        expect(":");
        value.members.push_back({std::move(key), parse(depth + 1)});
      }
    } else if (take("[")) {
      value.type = Type::array;
      for (bool more = !take("]"); ok_ && more; more = !take("]")) {
        if (!value.items.empty()) expect(",");
        value.items.push_back(parse(depth + 1));
      }
    } else if (take("true") || take("false")) {
      value.type = Type::boolean;
    } else if (!take("null")) {
      skip_blanks();
      if (rest_.starts_with('"')) {
        value.type = Type::string;
        value.text = string();
      } else {
        number(value);
      }
    }
    return value;
  }

  std::size_t digits(std::string_view text) {
    return std::min(text.find_first_not_of("0123456789"), text.size());
  }

  void number(JsonValue& value) {
    std::size_t end = rest_.starts_with('-') ? 1 : 0;
    const std::size_t whole = digits(rest_.substr(end));
    if (whole == 0 || (whole > 1 && rest_[end] == '0')) ok_ = false;
    end += whole;
    value.type = Type::integer;
    if (ok_ && end < rest_.size() && rest_[end] == '.') {
      const std::size_t decimals = digits(rest_.substr(end + 1));
      if (decimals == 0) ok_ = false;
      end += 1 + decimals;
      value.type = Type::decimal;
    }
    value.text = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end, rest_.size()));
  }

  std::string string() {
    std::string text;
    expect("\"");
    while (ok_) {
      if (rest_.empty() || static_cast<unsigned char>(rest_[0]) < ' ') {
        ok_ = false;
        break;
      }
      const char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == '"') break;
      if (c != '\\') {
        text += c;
      } else {
        escape(text);
      }
    }
    return text;
  }

  void escape(std::string& text) {
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    const char letter = rest_.empty() ? '\0' : rest_[0];
    const std::size_t which = letters.find(letter);
    rest_.remove_prefix(rest_.empty() ? 0 : 1);
    if (which != letters.npos) {
      text += meanings[which];
      return;
    }
    unsigned code = 0;
    const bool hex =
        letter == 'u' && rest_.size() >= 4 &&
        std::from_chars(rest_.data(), rest_.data() + 4, code, 16).ptr == rest_.data() + 4;
    if (!hex) {
      ok_ = false;
      return;
    }
    const auto add = [&](unsigned byte) { text += static_cast<char>(byte); };
    if (code > 0x7ff) {
      add(0xe0 | code >> 12), add(0x80 | (code >> 6 & 0x3f));
    } else if (code > 0x7f) {
      add(0xc0 | code >> 6);
    }
    add(code > 0x7f ? 0x80 | (code & 0x3f) : code);
    rest_.remove_prefix(4);
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

const JsonValue* JsonValue::at(std::string_view key) const {
  for (const auto& [name, value] : members) {
    if (name == key) return &value;
  }
  return nullptr;
}

std::optional<JsonValue> parse_json(std::string_view text) { return Parser(text).whole(); }
