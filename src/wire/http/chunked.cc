#include "wire/http/chunked.hh"

#include <algorithm>

namespace wire::http {

constexpr std::uint64_t max_size = (std::uint64_t{1} << 60) - 1;
constexpr std::size_t max_digits = 32;       // leading zeros included: some servers pad sizes to 16
constexpr std::size_t max_overhead = 16384;  // extensions of a chunk, or the trailer section

ChunkedDecoder::Step ChunkedDecoder::step(std::string_view input) {
  Step taken;
  while (taken.consumed < input.size() && !done() && !bad()) {
    if (state_ == State::content) {
      const auto size =
          static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size() - taken.consumed));
      taken.content = input.substr(taken.consumed, size);
      taken.consumed += size;
      left_ -= size;
      if (left_ == 0) state_ = State::content_return;
      return taken;
    }
    take(input[taken.consumed++]);
  }
  return taken;
}

void ChunkedDecoder::take(char c) {
  const bool returned = state_ == State::size_feed || state_ == State::content_feed ||
                        state_ == State::trailer_feed || state_ == State::end_feed;
  if (c == '\n' && !returned && from_ == From::server) state_ = after('\r');
  state_ = after(c);
}

bool ChunkedDecoder::may_pass(char c) const {
  return from_ == From::server ? c != '\0' : is_field_text({&c, 1});
}

ChunkedDecoder::State ChunkedDecoder::after_size_line() const {
  return left_ == 0 ? State::trailer_start : State::content;
}

ChunkedDecoder::State ChunkedDecoder::after(char c) {
  switch (state_) {
    case State::size: {
      const int digit = hex_value(c);
      if (digit >= 0) {
        if (++digits_ > max_digits || left_ > max_size / 16) return State::bad;
        left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
        return State::size;
      }
      if (digits_ == 0) return State::bad;
      digits_ = 0;
      overhead_ = 0;
      if (c == '\r') return State::size_feed;
      return c == ';' || c == ' ' || c == '\t' ? State::extension : State::bad;
    }
    case State::extension:
      if (c == '\r') return State::size_feed;
      return may_pass(c) && ++overhead_ <= max_overhead ? State::extension : State::bad;
    case State::size_feed:
      return c == '\n' ? after_size_line() : State::bad;
    case State::content_return:
      return c == '\r' ? State::content_feed : State::bad;
    case State::content_feed:
      return c == '\n' ? State::size : State::bad;
    case State::trailer_start:
      if (c == '\r') return State::end_feed;
      [[fallthrough]];
    case State::trailer:
      if (c == '\r') return State::trailer_feed;
      return may_pass(c) && ++overhead_ <= max_overhead ? State::trailer : State::bad;
    case State::trailer_feed:
      return c == '\n' ? State::trailer_start : State::bad;
    case State::end_feed:
      return c == '\n' ? State::done : State::bad;
    case State::content:
    case State::done:
    case State::bad:
      break;
  }
  return state_;
}

}  // namespace wire::http
