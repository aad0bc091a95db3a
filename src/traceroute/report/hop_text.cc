#include "traceroute/report/hop_text.hh"

#include <array>
#include <span>
#include <utility>

#include "wire/icmp.hh"
#include "wire/text.hh"

namespace traceroute {

namespace {

using wire::format;

std::string hex_words(const std::vector<std::uint8_t>& data) {
  std::string text;
  for (std::size_t i = 0; i < data.size(); ++i) {
    text += format(i > 0 && i % 4 == 0 ? ",%02x" : "%02x", data[i]);
  }
  return text;
}

// An interface (RFC 5837): its role, then what is known of it: INC:5,192.0.2.1,"eth0",mtu=1500. Of
// its name, the router's own text, whatever is not plain ASCII stands as %XX.
std::string interface_text(const wire::InterfaceInfo& info) {
  constexpr std::array roles = {"INC", "SUB", "OUT", "NXT"};
  std::string text;
  if (info.index) text += "," + std::to_string(*info.index);
  if (!info.address.empty()) text += "," + net::Address(info.address).host();
  if (info.name) {
    text += ",\"";
    for (const char c : *info.name) {
      const bool plain = c > ' ' && c <= '~' && c != '%' && c != '"';
      text += plain ? std::string(1, c) : format("%%%02X", static_cast<unsigned char>(c));
    }
    text += '"';
  }
  if (info.mtu) text += ",mtu=" + std::to_string(*info.mtu);
  return roles.at(info.role) + (":" + text.substr(text.empty() ? 0 : 1));
}

// Unreachable codes with a letter of their own, by number; the others are shown as numbers.
using CodeMark = std::pair<int, const char*>;
constexpr CodeMark ipv4_marks[] = {{0, "!N"},  {1, "!H"},  {2, "!P"},  {5, "!S"},  {6, "!N"},
                                   {7, "!H"},  {8, "!N"},  {9, "!X"},  {10, "!X"}, {11, "!N"},
                                   {12, "!H"}, {13, "!X"}, {14, "!V"}, {15, "!C"}};
constexpr CodeMark ipv6_marks[] = {{0, "!N"}, {1, "!X"}, {2, "!H"}, {3, "!H"}};

std::string unreachable_mark(std::span<const CodeMark> marks, int code) {
  for (const auto& [known, text] : marks) {
    if (known == code) return text;
  }
  return format("!<%d>", code);
}

bool same_responder(const Reply& a, const Reply& b, const Style& style) {
  return a.from.same_host(b.from) &&
         (!style.extensions || (extensions_text(a.extensions) == extensions_text(b.extensions) &&
                                rewritten_text(a) == rewritten_text(b))) &&
         (!style.way_back || a.ttl == b.ttl);
}

}  // namespace

std::string destination_text(const Plan& plan) {
  return wire::visible(plan.name) + " (" + plan.destination.host() + ')';
}

std::string header(const Plan& plan) {
  return "traceroute to " + destination_text(plan) + ", " + std::to_string(plan.max_ttl) +
         " hops max, " + std::to_string(plan.packet_size) + " byte packets\n";
}

std::string responder(const Reply& reply, int ttl, const Style& style) {
  const std::string address = reply.from.host();
  std::string text = ' ' + address;
  if (!style.numeric) {
    const std::string name = style.shown_name(reply.from);
    text = ' ' + (name.empty() ? address : name) + " (" + address + ')';
  }
  if (style.origins) {
    const std::string origin = style.shown_origin(reply.from);
    text += " [" + (origin.empty() ? "*" : origin) + ']';
  }
  if (style.extensions && !reply.extensions.empty()) {
    text += " <" + extensions_text(reply.extensions) + '>';
  }
  const std::string rewritten = style.extensions ? rewritten_text(reply) : "";
  if (!rewritten.empty()) text += " <" + rewritten + '>';
  const int back = style.way_back ? hops_come(reply.ttl) : ttl;
  if (back != ttl && reply.ttl != 0) text += format(" '-%d'", back);
  return text;
}

std::string line(const Hop& hop, const Style& style) {
  std::string text = format("%2d ", hop.ttl);
  const Reply* previous = nullptr;
  for (const Probe& probe : hop.probes) {
    if (!probe.reply || probe.late) {
      text += " *";
    } else {
      const Reply& reply = *probe.reply;
      if (!previous || !same_responder(*previous, reply, style)) {
        text += responder(reply, hop.ttl, style);
      }
      previous = &reply;
      text += format("  %.3f ms", in_milliseconds(probe.rtt()));
      const std::string note = mark(reply);
      if (!note.empty()) text += ' ' + note;
    }
    // A router before this hop has told it: who is here may be silent.
    if (probe.found_mtu) text += format(" F=%zu", probe.size);
  }
  return text + '\n';
}

std::string mark(const Reply& reply) {
  if (reply.verdict != Verdict::refusal) return "";
  const bool ipv6 = reply.from.family() == net::Family::ipv6;
  const wire::IcmpFamily& family = icmp_of(reply.from.family());
  if (reply.mtu) return format("!F-%u", *reply.mtu);
  if (reply.type == family.unreachable && reply.code == family.port_unreachable) return "";
  if (reply.type != family.unreachable) return format("!<%d-%d>", reply.type, reply.code);
  return unreachable_mark(
      ipv6 ? std::span<const CodeMark>(ipv6_marks) : std::span<const CodeMark>(ipv4_marks),
      reply.code);
}

std::string rewritten_text(const Reply& reply) {
  const Rewritten& is = reply.rewritten;
  std::string text;
  if (reply.verdict == Verdict::router && reply.quoted_ttl != 1) {
    text += ",TTL=" + std::to_string(reply.quoted_ttl);
  }
  if (is.traffic_class) text += format(",TOS=0x%02x", *is.traffic_class);
  if (is.source) text += ",SRC=" + is.source->host();
  if (is.destination) text += ",DST=" + is.destination->host();
  if (is.checksum) text += format(",CHECKSUM=0x%04x", *is.checksum);
  return text.empty() ? "" : "QUOTE:" + text.substr(1);
}

std::string extensions_text(const std::vector<wire::ExtensionObject>& objects) {
  std::string text;
  for (const wire::ExtensionObject& object : objects) {
    if (!text.empty()) text += ';';
    const auto labels = wire::mpls_labels(object);
    if (const auto interface = wire::interface_info(object)) {
      text += interface_text(*interface);
      continue;
    }
    if (labels.empty()) {
      text += format("%d/%d:", object.class_number, object.type) + hex_words(object.data);
      continue;
    }
    text += "MPLS:";
    for (std::size_t i = 0; i < labels.size(); ++i) {
      text += format("%sL=%u,E=%d,S=%d,T=%d", i == 0 ? "" : "/", labels[i].label,
                     labels[i].experimental, labels[i].bottom ? 1 : 0, labels[i].ttl);
    }
  }
  return text;
}

}  // namespace traceroute
