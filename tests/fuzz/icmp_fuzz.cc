// Every parser of what a path tracer receives: ICMP of both families, what errors carry behind the
// quote, and DNS answers.
#include <cstdlib>

#include "traceroute/lookup/reverse_dns.hh"
#include "traceroute/report/hop_text.hh"
#include "wire/dns.hh"
#include "wire/icmp.hh"

namespace {

void read_objects(const std::vector<wire::ExtensionObject>& objects) {
  for (const wire::ExtensionObject& object : objects) {
    if (wire::mpls_labels(object).size() * 4 > object.data.size()) std::abort();
    wire::interface_info(object);
  }
  traceroute::extensions_text(objects);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const wire::Bytes packet(data, size);
  const auto ipv4 = wire::parse_ipv4(packet);
  if (ipv4 && ipv4->payload.size() + 20 > size) std::abort();
  for (const wire::IcmpFamily* family : {&wire::icmp_v4, &wire::icmp_v6}) {
    wire::parse_echo_reply(*family, packet);
    wire::parse_quoted_request(*family, packet);
    const auto error = wire::parse_icmp_error(*family, packet);
    if (error && size < 16 + family->ip_header_size) std::abort();
    if (error) read_objects(error->extensions);
  }
  if (const auto objects = wire::parse_extensions(packet)) read_objects(*objects);
  for (const std::size_t cut : {0U, 20U, 48U}) read_objects(wire::find_extensions(packet, 0, cut));

  const auto text = wire::first_txt(packet);
  if (text && text->size() > 255) std::abort();
  const std::string_view name(reinterpret_cast<const char*>(data), size);
  const std::string origin = traceroute::parse_origin(name);
  if (!origin.empty() && origin.find_first_not_of("AS0123456789/") != std::string::npos)
    std::abort();
  if (traceroute::is_printable_name(name) && name.find('\n') != name.npos) std::abort();
  return 0;
}
