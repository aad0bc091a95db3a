#include "simnet/model/line.hh"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace simnet {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Line::Line(std::string_view text, std::string where) : where_(std::move(where)) {
  std::istringstream in{std::string(text)};
  for (std::string word; in >> word && word[0] != '#';) words_.push_back(word);
}

void Line::fail(const std::string& problem) const {
  throw DescriptionError(where_ + ": " + problem);
}

std::string Line::word(const std::string& expected) {
  if (empty()) fail(expected + " expected at the end of the line");
  return words_[at_++];
}

Line Line::parts(char separator) {
  std::string text = word("a value");
  std::replace(text.begin(), text.end(), separator, ' ');
  return {text, where_};
}

double Line::decimal(double min, double max, const std::string& unit) {
  const std::string text = word(unit);
  // Not from_chars, which libc++ before 20 has for integers only; strtod takes "inf" and "0x" as
  // well.
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  const bool plain = text.find_first_not_of("-.0123456789e") == std::string::npos;
  if (!plain || text.empty() || *end != '\0' || value < min || value > max) {
    fail('"' + text + "\": " + unit + " expected");
  }
  return value;
}

unsigned Line::number(unsigned min, unsigned max) {
  const std::string expected =
      "a number from " + std::to_string(min) + " to " + std::to_string(max);
  const double value = decimal(min, max, expected);
  if (value != static_cast<unsigned>(value)) fail(expected + " expected");
  return static_cast<unsigned>(value);
}

Span Line::milliseconds() {
  return std::chrono::duration_cast<Span>(
      std::chrono::duration<double, std::milli>(decimal(0, 3'600'000, "milliseconds")));
}

double Line::percent() { return decimal(0, 100, "a percentage up to 100") / 100; }

Labels Line::name() {
  const std::string text = word("a name");
  Labels labels{""};
  std::size_t length = 1;  // of the whole on the wire (RFC 1035, section 3.1)
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '.') {
      if (i + 1 < text.size()) labels.emplace_back();
      continue;
    }
    if (c == '\\') {
      if (text.substr(i + 1, 1) == "x") {
        const int high = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
        const int low = i + 3 < text.size() ? hex_digit(text[i + 3]) : -1;
        if (high < 0 || low < 0) fail("\"" + text + "\": two hex digits expected after \\x");
        c = static_cast<char>(high * 16 + low);
        i += 3;
      } else if (i + 1 < text.size()) {
        c = text[++i];
      } else {
        fail("\"" + text + "\": a character expected after the last \\");
      }
    }
    labels.back() += c;
  }
  for (const std::string& label : labels) {
    if (label.empty() || label.size() > 63) {
      fail("\"" + text + "\": labels of 1 to 63 bytes expected (RFC 1035, section 2.3.4)");
    }
    length += 1 + label.size();
  }
  if (length > 255) fail("\"" + text + "\": a name of at most 255 bytes expected");
  return labels;
}

std::vector<Prefix> Line::prefixes() {
  std::vector<Prefix> found;
  for (; !empty(); ++at_) {
    const auto prefix = parse_prefix(words_[at_]);
    if (!prefix) break;
    found.push_back(*prefix);
  }
  return found;
}

std::vector<Ip> Line::addresses() {
  std::vector<Ip> found;
  for (const Prefix& prefix : prefixes()) {
    if (prefix.length != 8 * prefix.address.size()) fail("an address, not a prefix, expected");
    found.push_back(prefix.address);
  }
  return found;
}

}  // namespace simnet
