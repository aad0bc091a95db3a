// Every parser of the four stages' messages, and what they promise to each other.
#include <cstdlib>

#include "wire/stage.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const wire::Bytes packet(data, size);
  const auto a2 = wire::decode_a2(packet);
  const auto ack = wire::decode_ack(packet);
  const auto c2 = wire::decode_c2(packet);
  wire::decode_b2(packet);
  wire::decode_d2(packet);
  wire::judge_a1(packet);
  for (const wire::Fault& fault : wire::deviations(packet, {4, 1, 2, 3})) (void)fault.text();
  // A b1 that is judged right carries an id to ack, and the size its task says.
  wire::A2 task_b{8, static_cast<std::uint32_t>(size % 64), 0, a2 ? a2->secret_a : 0};
  if (!wire::judge_b1(packet, task_b) && (!ack || ack->packet_id >= task_b.num)) std::abort();
  wire::C2 task_d{8, static_cast<std::uint32_t>(size % 64), c2 ? c2->secret_c : 0, 0};
  if (!wire::judge_d1(packet, task_d) && size != wire::wire_size(task_d.len2)) std::abort();
  for (const bool ended : {false, true}) {
    const auto padding = wire::padding_before_d2(packet, size % 4, ended);
    if (padding && (*padding > 7 || *padding + wire::wire_size(wire::d2_len) > size)) std::abort();
  }
  return 0;
}
