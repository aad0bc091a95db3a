#include "client/echo_check.hh"

#include <algorithm>

#include "wire/text.hh"

namespace client {

namespace {

std::string hex(std::span<const std::uint8_t> bytes, std::size_t index) {
  return index < bytes.size() ? wire::format("0x%02x", bytes[index]) : "nothing";
}

}  // namespace

std::optional<std::string> difference(std::span<const std::uint8_t> came,
                                      std::span<const std::uint8_t> sent, std::uint64_t before) {
  if (came.size() <= sent.size() && std::equal(came.begin(), came.end(), sent.begin())) return {};
  const auto index = static_cast<std::size_t>(std::ranges::mismatch(came, sent).in1 - came.begin());
  return "what came differs from what was sent at byte " + std::to_string(before + index + 1) +
         ": " + hex(came, index) + " came, " + hex(sent, index) + " was sent";
}

void Owed::add(std::span<const std::uint8_t> sent) {
  if (begin_ > bytes_.size() / 2) {
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(begin_));
    begin_ = 0;
  }
  bytes_.insert(bytes_.end(), sent.begin(), sent.end());
}

std::optional<std::string> Owed::take(std::span<const std::uint8_t> came) {
  auto words = difference(came, std::span(bytes_).subspan(begin_), returned_);
  if (words) return words;
  begin_ += came.size();
  returned_ += came.size();
  return std::nullopt;
}

}  // namespace client
