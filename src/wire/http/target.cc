#include "wire/http/target.hh"

#include <algorithm>

#include "wire/text.hh"

namespace wire::http {

namespace {

bool is_unreserved(char c) {
  return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

bool is_port(std::string_view text) {
  return text.empty() || decimal(text).value_or(65536) <= 65535;
}

// A reg-name or an IPv4 address: unreserved, sub-delims and percent-encodings.
bool is_name(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_unreserved(text[i])) continue;
    if (std::string_view("!$&'()*+,;=").find(text[i]) != std::string_view::npos) continue;
    if (text[i] != '%' || i + 2 >= text.size()) return false;
    if (hex_value(text[i + 1]) < 0 || hex_value(text[i + 2]) < 0) return false;
    i += 2;
  }
  return true;
}

// What stands between the brackets of an IP literal: IPv6, perhaps with a zone.
bool is_ip_literal(std::string_view text) {
  return text.find(':') != std::string_view::npos &&
         std::ranges::all_of(text, [](char c) { return is_unreserved(c) || c == ':' || c == '%'; });
}

}  // namespace

Parsed<std::string> decode_percent(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\0') return Status::bad_request;
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return Status::bad_request;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0 || high + low == 0) return Status::bad_request;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

bool is_host_and_port(std::string_view text) {
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos || !is_ip_literal(text.substr(1, close - 1))) return false;
    const std::string_view rest = text.substr(close + 1);
    return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
  }
  const auto colon = std::min(text.find(':'), text.size());
  const bool port_only = colon == 0 && !text.empty();
  return !port_only && is_name(text.substr(0, colon)) &&
         (colon == text.size() || is_port(text.substr(colon + 1)));
}

Parsed<std::string_view> origin_of(std::string_view target) {
  if (target.starts_with('/')) return target;
  const auto colon = target.find("://");
  if (colon == std::string_view::npos) return Status::bad_request;
  const std::string_view scheme = target.substr(0, colon);
  if (!equal_ignoring_case(scheme, "http") && !equal_ignoring_case(scheme, "https")) {
    return Status::bad_request;
  }
  const std::string_view rest = target.substr(colon + 3);
  const auto path = std::min(rest.find_first_of("/?"), rest.size());
  const std::string_view authority = rest.substr(0, path);
  if (authority.empty() || !is_host_and_port(authority)) return Status::bad_request;
  return rest.substr(path);
}

Parsed<Path> decode_path(std::string_view path_and_query) {
  std::string_view rest = path_and_query.substr(0, path_and_query.find('?'));
  Path path;
  while (!rest.empty()) {
    const auto slash = std::min(rest.find('/'), rest.size());
    const auto decoded = decode_percent(rest.substr(0, slash));
    if (decoded.refusal) return *decoded.refusal;
    const std::string& segment = decoded.value;
    if (segment.find('/') != std::string::npos) return Status::not_found;
    path.directory = slash < rest.size();
    rest.remove_prefix(std::min(slash + 1, rest.size()));
    if (segment.empty()) continue;
    if (segment == "." || segment == "..") {
      path.directory = true;
      const auto parent = path.text.rfind('/');
      if (segment == "..") path.text.erase(parent == std::string::npos ? 0 : parent);
      continue;
    }
    if (!path.text.empty()) path.text += '/';
    path.text += segment;
  }
  if (path.text.empty()) path.directory = true;
  return path;
}

void append_encoded(std::string& text, char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  text += '%';
  text += digits[byte >> 4];
  text += digits[byte & 15];
}

std::string encode_path(std::string_view path) {
  std::string encoded;
  encoded.reserve(path.size() + path.size() / 2);
  for (const char c : path) {
    if (is_unreserved(c) || c == '/') {
      encoded += c;
    } else {
      append_encoded(encoded, c);
    }
  }
  return encoded;
}

}  // namespace wire::http
