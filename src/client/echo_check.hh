// Whether what an echo server returns is what it was sent.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace client {

// The first byte in which an echo differs from what was sent, counted from 1 as by cmp(1), in
// words: "what came differs from what was sent at byte 7: 0x62 came, 0x61 was sent". `before` bytes
// have been compared already. nullopt when `came` is a beginning of `sent`, or all of it.
std::optional<std::string> difference(std::span<const std::uint8_t> came,
                                      std::span<const std::uint8_t> sent, std::uint64_t before = 0);

// The bytes of a stream that have been sent and have not come back yet.
class Owed {
 public:
  void add(std::span<const std::uint8_t> sent);
  // Takes off what came; words for the first difference.
  std::optional<std::string> take(std::span<const std::uint8_t> came);
  [[nodiscard]] std::size_t size() const { return bytes_.size() - begin_; }
  [[nodiscard]] std::uint64_t returned() const { return returned_; }

 private:
  std::vector<std::uint8_t> bytes_;  // from begin_ on
  std::size_t begin_ = 0;
  std::uint64_t returned_ = 0;
};

}  // namespace client
