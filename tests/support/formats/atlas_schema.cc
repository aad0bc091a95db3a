#include "support/formats/atlas_schema.hh"

#include <functional>

#include "support/formats/json_value.hh"

namespace {

using Type = JsonValue::Type;
// What is wrong with a value that stands at this path.
using Check = std::function<std::string(const JsonValue& value, const std::string& path)>;

struct Key {
  const char* name;
  bool required;
  Check check;
};

Check of_type(Type type, const char* expected) {
  return [=](const JsonValue& value, const std::string& path) -> std::string {
    return value.type == type ? "" : path + ": " + expected + " expected";
  };
}
const Check integer = of_type(Type::integer, "integer");
const Check decimal = of_type(Type::decimal, "decimal");
const Check string = of_type(Type::string, "string");

Check just(Type type, const std::string& text) {
  return [=](const JsonValue& value, const std::string& path) {
    return value.type == type && value.text == text ? "" : path + ": " + text + " expected";
  };
}

Check list_of(Check item, std::size_t min) {
  return [=](const JsonValue& value, const std::string& path) -> std::string {
    if (value.type != Type::array || value.items.size() < min) {
      return path + ": array of at least " + std::to_string(min) + " expected";
    }
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      std::string why = item(value.items[i], path + '[' + std::to_string(i) + ']');
      if (!why.empty()) return why;
    }
    return "";
  };
}

Check object_of(std::vector<Key> keys) {
  return [=](const JsonValue& value, const std::string& path) -> std::string {
    if (value.type != Type::object) return path + ": object expected";
    std::size_t known = 0;
    for (const Key& key : keys) {
      const std::string where = path.empty() ? key.name : path + '.' + key.name;
      const JsonValue* member = value.at(key.name);
      if (!member && key.required) return where + ": missing";
      if (!member) continue;
      ++known;
      std::string why = key.check(*member, where);
      if (!why.empty()) return why;
    }
    return known == value.members.size() ? "" : path + ": a key that the schema does not have";
  };
}

// Any keys, each a string.
std::string strings(const JsonValue& value, const std::string& path) {
  if (value.type != Type::object) return path + ": object expected";
  for (const auto& [key, member] : value.members) {
    if (member.type != Type::string) return path + '.' + key + ": string expected";
  }
  return "";
}

std::string err(const JsonValue& value, const std::string& path) {
  if (value.type == Type::integer) return "";
  const bool letter = value.type == Type::string && value.text.size() == 1 &&
                      std::string_view("NHhAPp").find(value.text) != std::string_view::npos;
  return letter ? "" : path + ": one of N H h A P p, or an integer, expected";
}

const Check mpls_label = object_of({{"label", true, integer},
                                    {"exp", true, integer},
                                    {"s", true, integer},
                                    {"ttl", true, integer}});

const Check icmpext = object_of({{"version", true, just(Type::integer, "2")},
                                 {"rfc4884", true, integer},
                                 {"obj", true,
                                  list_of(object_of({{"class", true, integer},
                                                     {"type", true, integer},
                                                     {"mpls", false, list_of(mpls_label, 1)}}),
                                          1)}});

std::string protocol(const JsonValue& value, const std::string& path) {
  return value.text == "UDP" ? just(Type::string, "UDP")(value, path)
                             : just(Type::string, "ICMP")(value, path);
}

const Check silence = object_of({{"x", true, just(Type::string, "*")}});

// An answer: with "late" it has no "rtt", without it has.
Check answer(bool late) {
  std::vector<Key> keys = {
      {"from", true, string},  {"ttl", false, integer}, {"size", true, integer},
      {"err", false, err},     {"mtu", false, integer}, {"ittl", false, integer},
      {"edst", false, string}, {"dup", false, integer}, {"icmpext", false, icmpext}};
  keys.push_back(late ? Key{"late", true, integer} : Key{"rtt", true, decimal});
  return object_of(keys);
}

std::string probe(const JsonValue& value, const std::string& path) {
  if (value.at("x")) return silence(value, path);
  return answer(value.at("late") != nullptr)(value, path);
}

const Check interface = object_of({{"hop", true, integer},
                                   {"from", true, string},
                                   {"role", true, string},
                                   {"index", false, integer},
                                   {"name", false, string},
                                   {"address", false, string},
                                   {"mtu", false, integer}});

const Check rewritten = object_of({{"hop", true, integer},
                                   {"from", true, string},
                                   {"src_addr", false, string},
                                   {"dst_addr", false, string},
                                   {"tos", false, integer},
                                   {"checksum", false, integer}});

const Check icmp_error = object_of({{"hop", true, integer},
                                    {"from", true, string},
                                    {"type", true, integer},
                                    {"code", true, integer}});

const Check place = object_of({{"hop", true, integer},
                               {"city", true, string},
                               {"country", true, string},
                               {"state", false, string},
                               {"lat", true, decimal},
                               {"lon", true, decimal},
                               {"sure", true, of_type(Type::boolean, "boolean")}});

// What every line has; those about a destination are missing only where none was found.
std::vector<Key> beginning(bool destination) {
  return {{"fw", true, just(Type::integer, "5080")},
          {"type", true, just(Type::string, "traceroute")},
          {"msm_id", true, just(Type::integer, "0")},
          {"prb_id", true, just(Type::integer, "0")},
          {"timestamp", true, integer},
          {"endtime", true, integer},
          {"from", true, string},
          {"src_addr", destination, string},
          {"dst_name", true, string},
          {"dst_addr", destination, string},
          {"af", destination, integer},
          {"proto", true, protocol},
          {"size", destination, integer},
          {"paris_id", true, integer}};
}

Check traced() {
  std::vector<Key> keys = beginning(true);
  const Check hop = object_of({{"hop", true, integer}, {"result", true, list_of(probe, 1)}});
  keys.push_back({"result", true, list_of(hop, 1)});
  keys.push_back({"sockhop", false,
                  object_of({{"names", false, strings},
                             {"origins", false, strings},
                             {"interfaces", false, list_of(interface, 1)},
                             {"errors", false, list_of(icmp_error, 1)},
                             {"quotes", false, list_of(rewritten, 1)},
                             {"places", false, list_of(place, 1)},
                             {"mtu", false, integer},
                             {"error", false, string}})});
  return object_of(keys);
}

Check not_traced() {
  std::vector<Key> keys = beginning(false);
  keys.push_back({"result", true, list_of(object_of({{"error", true, string}}), 1)});
  return object_of(keys);
}

}  // namespace

std::string schema_violation(std::string_view line) {
  if (line.find('\n') != std::string_view::npos) return "more than one line";
  const auto value = parse_json(line);
  if (!value) return "no JSON";
  const JsonValue* result = value->at("result");
  const bool failed = result && result->items.size() == 1 && result->items[0].at("error");
  return failed ? not_traced()(*value, "") : traced()(*value, "");
}
