#include "cli/options.hh"

namespace cli {

namespace {

// What was probably meant by a word: "http://h:80/page", "[::1]:80", "h:80".
struct Parts {
  std::string host;
  std::string port;
};

Parts parts_of(std::string_view word) {
  const std::size_t scheme = word.find("://");
  if (scheme != std::string_view::npos) word.remove_prefix(scheme + 3);
  word = word.substr(0, word.find_first_of("/?#"));
  if (word.starts_with('[')) {
    const std::size_t end = word.find(']');
    Parts parts{std::string(word.substr(1, end - 1)), ""};
    if (end != std::string_view::npos) word.remove_prefix(end + 1);
    if (word.starts_with(':')) parts.port = word.substr(1);
    return parts;
  }
  const std::size_t colon = word.find(':');
  if (colon == std::string_view::npos || word.rfind(':') != colon) return {std::string(word), ""};
  return {std::string(word.substr(0, colon)), std::string(word.substr(colon + 1))};
}

bool is_number(std::string_view word) {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string host(std::string_view word, bool port_follows, std::string_view what) {
  const auto refuse = [&](const std::string& why) {
    throw UsageError(std::string(what) + " \"" + std::string(word) + "\": " + why);
  };
  if (word.empty()) refuse("it is empty");
  if (word[0] == '-') refuse("no host has such a name");  // an option whose value is missing?
  for (const char c : word) {
    const bool is_control = static_cast<unsigned char>(c) < ' ' || c == '\x7f';
    if (is_control || c == ' ' || c == '#') refuse("no host has such a name");
  }
  const Parts parts = parts_of(word);
  const std::string meant = parts.host.empty() ? "" : ": " + parts.host;
  if (word.find_first_of("/?") != std::string_view::npos) {
    refuse("a name or an address expected, no URL" + meant);
  }
  if (parts.host != word) {
    if (!port_follows) refuse("a name or an address expected, without brackets or port" + meant);
    if (!is_number(parts.port))
      refuse("a name or an address expected, without brackets or colon" + meant);
    refuse("the port is a word of its own" + (meant.empty() ? ":" : meant) + ' ' + parts.port);
  }
  if (port_follows && is_number(word) && word.size() <= 5 && word != "0") {
    refuse("a name or an address expected; PORT is the word after it");
  }
  return std::string(word);
}

}  // namespace cli
