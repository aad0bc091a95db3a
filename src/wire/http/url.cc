#include "wire/http/url.hh"

#include <algorithm>

#include "wire/http/field.hh"
#include "wire/http/target.hh"
#include "wire/text.hh"

namespace wire::http {

namespace {

// A path without its dot segments (RFC 3986, section 5.2.4).
std::string without_dot_segments(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash that every segment begins with
    const auto end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    if (segment == "..") {
      const auto parent = out.rfind('/');
      out.erase(parent == std::string::npos ? 0 : parent);
    }
    if (segment == "." || segment == "..") {
      if (path.empty()) out += '/';
    } else {
      out += '/';
      out += segment;
    }
  }
  return out;
}

// Whether a character stands for itself in a path or a query (sections 3.3 and 3.4); a percent sign
// does where it begins an encoding. `rest` begins with the character.
bool may_stand(std::string_view rest) {
  const char c = rest.front();
  if (c == '%') return rest.size() > 2 && hex_value(rest[1]) >= 0 && hex_value(rest[2]) >= 0;
  return is_letter(c) || is_digit(c) ||
         std::string_view("-._~!$&'()*+,;=:@/?").find(c) != std::string_view::npos;
}

// What a request line takes of a path, a query and a fragment: no fragment, no dot segments
// (section 6.2.2.3), and what must not stand in a URL encoded: servers refuse it.
std::string target_of(std::string_view text) {
  text = text.substr(0, text.find('#'));
  const auto query = std::min(text.find('?'), text.size());
  const std::string plain =
      without_dot_segments(text.substr(0, query)) + std::string(text.substr(query));
  std::string target;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (may_stand(std::string_view(plain).substr(i))) {
      target += plain[i];
    } else {
      append_encoded(target, plain[i]);
    }
  }
  if (!target.starts_with('/')) target.insert(0, 1, '/');
  return target;
}

// A name as a resolver takes it, its percent-encodings decoded (section 3.2.2); nullopt where
// they hide what no name may hold.
std::optional<std::string> decoded_name(std::string_view name) {
  const auto decoded = decode_percent(name);
  const bool hidden = decoded.value.find_first_of(":[%") != std::string::npos;
  if (decoded.refusal || hidden || !is_host_and_port(decoded.value)) return std::nullopt;
  return decoded.value;
}

// Splits what stands between brackets into address and zone; false for a malformed zone. People
// write the percent sign plainly as well (RFC 6874, section 3).
bool split_zone(std::string_view literal, Url& url) {
  const auto percent = literal.find('%');
  url.host = literal.substr(0, percent);
  if (percent == std::string_view::npos) return true;
  literal.remove_prefix(percent + (literal.substr(percent).starts_with("%25") ? 3 : 1));
  url.zone = literal;
  return !url.zone.empty() && url.zone.find_first_of("%:") == std::string::npos;
}

// Whether the text begins with a scheme: "https://…", "mailto:…".
bool has_scheme(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || !is_letter(text.substr(0, 1).front())) return false;
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
    return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  });
}

}  // namespace

std::string Url::authority(const std::string& zone_part) const {
  const bool ipv6 = host.find(':') != std::string::npos;
  const std::string name = ipv6 ? '[' + host + zone_part + ']' : host;
  return port == 80 ? name : name + ':' + std::to_string(port);
}

std::optional<Url> parse_url(std::string_view text) {
  constexpr std::string_view scheme = "http://";
  if (!begins_ignoring_case(text, scheme)) return std::nullopt;
  text.remove_prefix(scheme.size());
  const auto end = std::min(text.find_first_of("/?#"), text.size());
  std::string_view authority = text.substr(0, end);
  if (authority.empty() || !is_host_and_port(authority)) return std::nullopt;
  Url url;
  url.target = target_of(text.substr(end));
  std::size_t host_end = authority.find(':');
  if (authority.front() == '[') {
    host_end = authority.find(']');
    if (!split_zone(authority.substr(1, host_end - 1), url)) return std::nullopt;
    ++host_end;
  } else {
    const auto name = decoded_name(authority.substr(0, host_end));
    if (!name) return std::nullopt;
    url.host = *name;
  }
  if (host_end < authority.size() && host_end + 1 < authority.size()) {
    url.port = static_cast<std::uint16_t>(*decimal(authority.substr(host_end + 1)));
  }
  if (url.port == 0) return std::nullopt;
  return url;
}

std::optional<Url> resolve_reference(const Url& base, std::string_view reference) {
  reference = trim(reference);
  const bool other_host = reference.starts_with("//");
  if (other_host || has_scheme(reference)) {
    auto url = parse_url((other_host ? "http:" : "") + std::string(reference));
    if (url && url->zone.empty() && url->host == base.host) url->zone = base.zone;
    return url;
  }
  const std::string_view base_path = std::string_view(base.target).substr(0, base.target.find('?'));
  const std::string_view before_fragment = reference.substr(0, reference.find('#'));
  const auto query = std::min(before_fragment.find('?'), before_fragment.size());
  const std::string_view path = before_fragment.substr(0, query);
  std::string merged;
  if (path.empty()) {
    merged = base_path;
    if (query == before_fragment.size()) merged = base.target;  // nothing but a fragment
  } else if (path.starts_with('/')) {
    merged = path;
  } else {
    merged = base_path.substr(0, base_path.rfind('/') + 1);
    merged += path;
  }
  Url url = base;
  url.target = target_of(merged + std::string(before_fragment.substr(query)));
  return url;
}

}  // namespace wire::http
