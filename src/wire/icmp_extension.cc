#include "wire/icmp_extension.hh"

#include <algorithm>

#include "wire/checksum.hh"

namespace wire {

constexpr std::uint8_t mpls_class = 1;
constexpr std::uint8_t incoming_label_stack = 1;
constexpr std::uint8_t interface_class = 2;
constexpr std::size_t object_header_size = 4;
constexpr std::size_t max_name_size = 64;
// Where RFC 4884, section 5.1, lets a structure begin that no length tells of.
constexpr std::size_t old_extension_offset = 128;

std::optional<std::vector<ExtensionObject>> parse_extensions(Bytes structure) {
  Reader in{structure};
  const int version = in.u8() >> 4;
  in.u8();
  const std::uint16_t checksum = in.u16();
  if (!in.ok() || version != 2) return std::nullopt;
  if (checksum != 0 && ones_complement_sum(structure) != 0xffff) return std::nullopt;

  std::vector<ExtensionObject> objects;
  while (!in.rest().empty()) {
    const std::size_t length = in.u16();
    ExtensionObject object{in.u8(), in.u8(), {}};
    if (!in.ok() || length < object_header_size || length % 4 != 0) return std::nullopt;
    const Bytes data = in.take(length - object_header_size);
    if (!in.ok()) return std::nullopt;
    object.data.assign(data.begin(), data.end());
    objects.push_back(std::move(object));
  }
  return objects;
}

std::vector<ExtensionObject> find_extensions(Bytes quote, std::size_t told_size, std::size_t cut) {
  // Some routers count bytes, or words of the other family, where words of 4 or 8 bytes are meant.
  for (const std::size_t offset :
       {told_size, told_size / 2, told_size / 4, told_size / 8, old_extension_offset}) {
    if (offset == 0 || offset < cut || offset - cut >= quote.size()) continue;
    if (auto objects = parse_extensions(quote.subspan(offset - cut))) return std::move(*objects);
  }
  return {};
}

std::vector<MplsLabel> mpls_labels(const ExtensionObject& object) {
  std::vector<MplsLabel> labels;
  if (object.class_number != mpls_class || object.type != incoming_label_stack) return labels;
  Reader in{object.data};
  while (in.rest().size() >= 4) {
    const std::uint32_t entry = in.u32();
    labels.push_back({entry >> 12, static_cast<std::uint8_t>(entry >> 9 & 7), (entry >> 8 & 1) != 0,
                      static_cast<std::uint8_t>(entry)});
  }
  return labels;
}

std::optional<InterfaceInfo> interface_info(const ExtensionObject& object) {
  if (object.class_number != interface_class) return std::nullopt;
  // The type says which of four fields follow, in this order (RFC 5837, section 4).
  const bool has_index = (object.type & 8) != 0;
  const bool has_address = (object.type & 4) != 0;
  const bool has_name = (object.type & 2) != 0;
  const bool has_mtu = (object.type & 1) != 0;
  InterfaceInfo info;
  info.role = object.type >> 6;
  Reader in{object.data};
  if (has_index) info.index = in.u32();
  if (has_address) {
    const std::uint16_t address_family = in.u16();  // IANA's: 1 IPv4, 2 IPv6
    in.u16();
    if (address_family != 1 && address_family != 2) return std::nullopt;
    const Bytes address = in.take(address_family == 1 ? 4 : 16);
    info.address.assign(address.begin(), address.end());
  }
  if (has_name) {
    // The first byte counts itself and the padding to a whole word (section 4.3).
    const std::size_t size = in.u8();
    if (size == 0 || size % 4 != 0 || size > max_name_size) return std::nullopt;
    const Bytes name = in.take(size - 1);
    info.name.emplace(name.begin(), std::ranges::find(name, 0));
  }
  if (has_mtu) info.mtu = in.u32();
  if (!in.ok()) return std::nullopt;
  return info;
}

}  // namespace wire
