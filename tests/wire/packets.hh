// Packets of the four stages, and what may be wrong with them.
#pragma once

#include <algorithm>

#include "wire/stage.hh"

namespace wire {

using Packet = std::vector<std::uint8_t>;

inline const A2 task_a{7, 5, 4242, 1001};
inline const C2 task_c{3, 9, 3003, 0xe3};

inline Packet with(Packet packet, std::size_t at, std::uint32_t value, std::size_t size = 4) {
  const Packet bytes = Writer().u32(value).done();
  std::copy(bytes.end() - static_cast<long>(size), bytes.end(),
            packet.begin() + static_cast<long>(at));
  return packet;
}
inline Packet resized(Packet packet, std::size_t size) {
  packet.resize(size);
  return packet;
}
inline Packet cut(const Packet& packet, std::size_t from) {
  return {packet.begin() + static_cast<long>(from), packet.end()};
}

}  // namespace wire
