#include "simnet/model/names.hh"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace simnet {

namespace {

constexpr std::uint16_t type_a = 1;
constexpr std::uint16_t type_ptr = 12;
constexpr std::uint16_t type_txt = 16;
constexpr std::uint16_t type_aaaa = 28;
constexpr std::uint16_t class_in = 1;

struct Question {
  std::uint16_t id = 0;
  Labels name;
  std::uint16_t type = 0;
  wire::Bytes bytes;  // name, type and class as they came
};

std::optional<Question> parse_question(wire::Bytes query) {
  wire::Reader in{query};
  Question question;
  question.id = in.u16();
  const std::uint16_t flags = in.u16();
  const std::uint16_t count = in.u16();
  in.take(6);
  const wire::Bytes rest = in.rest();
  for (std::uint8_t size = in.u8(); size != 0; size = in.u8()) {
    if (size > 63) return std::nullopt;  // a pointer: nothing stands before a question
    const wire::Bytes label = in.take(size);
    question.name.emplace_back(label.begin(), label.end());
  }
  question.type = in.u16();
  const std::uint16_t question_class = in.u16();
  const bool is_query = (flags & 0xf800) == 0 && count == 1 && question_class == class_in;
  if (!in.ok() || !is_query) return std::nullopt;
  question.bytes = rest.first(rest.size() - in.rest().size());
  return question;
}

// The address that labels spell from the last part to the first: decimal, or hex digits.
std::optional<Ip> reversed_address(const Labels& name, std::size_t count, int base) {
  if (name.size() < count) return std::nullopt;
  Ip ip;
  ip.v6 = base == 16;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& label = name[count - 1 - i];
    unsigned value = 0;
    const auto [end, error] =
        std::from_chars(label.data(), label.data() + label.size(), value, base);
    if (error != std::errc{} || end != label.data() + label.size()) return std::nullopt;
    if (value > (ip.v6 ? 15U : 255U)) return std::nullopt;
    const unsigned shift = ip.v6 && i % 2 == 0 ? 4 : 0;
    ip.octets[ip.v6 ? i / 2 : i] |= static_cast<std::uint8_t>(value << shift);
  }
  return ip;
}

// The address in front of either suffix ("in-addr.arpa", "ip6.arpa"), the suffix being the rest.
std::optional<Ip> address_before(const Labels& name, std::string_view v4_suffix,
                                 std::string_view v6_suffix) {
  const auto rest = [&](std::size_t skipped) {
    return name.size() < skipped
               ? std::string()
               : dotted(Labels(name.begin() + static_cast<long>(skipped), name.end()));
  };
  if (rest(4) == v4_suffix) return reversed_address(name, 4, 10);
  if (rest(32) == v6_suffix) return reversed_address(name, 32, 16);
  return std::nullopt;
}

Packet wire_name(const Labels& labels) {
  wire::Writer out;
  for (const std::string& label : labels) {
    out.u8(static_cast<std::uint8_t>(label.size())).bytes(wire::bytes_of(label));
  }
  return out.u8(0).done();
}

Packet wire_text(const std::string& text) {
  const std::size_t size = std::min<std::size_t>(text.size(), 255);
  return wire::Writer()
      .u8(static_cast<std::uint8_t>(size))
      .bytes(wire::bytes_of(text).first(size))
      .done();
}

struct Found {
  std::vector<Packet> records;  // the data of each
  const Node* node = nullptr;   // whom they are about
  bool name_exists = false;
};

Found find_pointer(const Description& description, const Labels& name) {
  const auto address = address_before(name, "in-addr.arpa", "ip6.arpa");
  if (!address) return {};
  const Node* node = owner_of(description, *address);
  if (!node || node->is.name.empty()) return {{}, node, false};
  return {{wire_name(name_at(*node, *address))}, node, true};
}

// What Team Cymru's zones say of an address and of an AS: fields between bars.
Found find_text(const Description& description, const Labels& name) {
  const auto stored = description.txt.find(dotted(name));
  if (stored != description.txt.end()) return {{wire_text(stored->second)}, nullptr, true};
  const auto address = address_before(name, "origin.asn.cymru.com", "origin6.asn.cymru.com");
  if (!address) return {};
  const Node* node = owner_of(description, *address);
  if (!node || node->is.as == 0) return {};
  const std::string prefix = address->text() + (address->v6 ? "/128" : "/32");
  return {{wire_text(std::to_string(node->is.as) + " | " + prefix + " | ZZ | simnet | 2024-01-01")},
          nullptr,
          true};
}

Found find_address(const Description& description, const Labels& name, std::uint16_t type) {
  const std::string wanted = dotted(name);
  Found found;
  for (const Node& node : description.nodes) {
    for (const Prefix& prefix : node.addresses) {
      if (node.is.name.empty() || dotted(name_at(node, prefix.address)) != wanted) continue;
      found.name_exists = true;
      found.node = &node;
      const bool asked_for = prefix.address.v6 == (type == type_aaaa);
      if (!asked_for || (type != type_a && type != type_aaaa)) continue;
      const wire::Bytes bytes = prefix.address.bytes();
      found.records.emplace_back(bytes.begin(), bytes.end());
    }
  }
  return found;
}

Packet message(const Question& question, const Found& found) {
  constexpr std::uint16_t no_such_name = 3;
  const bool exists = found.name_exists;
  wire::Writer out;
  out.u16(question.id).u16(static_cast<std::uint16_t>(0x8580 | (exists ? 0 : no_such_name)));
  out.u16(1).u16(static_cast<std::uint16_t>(found.records.size())).u16(0).u16(0);
  out.bytes(question.bytes);
  for (const Packet& record : found.records) {
    out.u16(0xc00c).u16(question.type).u16(class_in).u32(60);  // 0xc00c: the question's name
    out.u16(static_cast<std::uint16_t>(record.size())).bytes(record);
  }
  return out.done();
}

void replace(std::string& text, std::string_view what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), by);
    at += by.size();
  }
}

}  // namespace

const Node* owner_of(const Description& description, const Ip& address) {
  const Node* owner = nullptr;
  for (const Node& node : description.nodes) {
    if (owner && (!node.target || owner->target)) continue;
    for (const Prefix& prefix : node.addresses) {
      if (prefix.contains(address)) owner = &node;
    }
  }
  return owner;
}

Labels name_at(const Node& node, const Ip& address) {
  std::string dashes = address.text();
  for (char& c : dashes) c = c == '.' || c == ':' ? '-' : c;
  Labels name = node.is.name;
  for (std::string& label : name) {
    replace(label, "%n", std::to_string(node.number));
    replace(label, "%a", dashes);
    if (label.size() > 63) label.resize(63);
  }
  return name;
}

std::optional<NameAnswer> answer_query(const Description& description, wire::Bytes query) {
  const auto question = parse_question(query);
  if (!question || description.resolver.dead) return std::nullopt;
  const Found found = question->type == type_ptr ? find_pointer(description, question->name)
                      : question->type == type_txt
                          ? find_text(description, question->name)
                          : find_address(description, question->name, question->type);
  if (found.node && found.node->is.name_dead) return std::nullopt;
  Span delay = description.resolver.delay;
  if (found.node) delay += found.node->is.name_delay;
  return NameAnswer{delay, message(*question, found)};
}

}  // namespace simnet
