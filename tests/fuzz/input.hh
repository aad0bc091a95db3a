// What a state fuzzer is driven by: the input's bytes one after the other, and 0 after its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace fuzz {

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  unsigned next() { return at_ < size_ ? data_[at_++] : 0; }
  bool one_in(unsigned n) { return next() % n == 1; }
  [[nodiscard]] bool ended() const { return at_ == size_; }
  // What is left, at most so many bytes of it.
  std::string take(std::size_t max) {
    std::string text;
    while (text.size() < max && !ended()) text += static_cast<char>(next());
    return text;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

inline void require(bool holds, const std::string& what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what.c_str());
  std::abort();
}

}  // namespace fuzz
