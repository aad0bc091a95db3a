// The chunked transfer coding, taken apart as it arrives (RFC 9112, section 7.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/http/field.hh"

namespace wire::http {

// Fed the bytes after a head in pieces of any size; gives back the content. Sizes must be below
// 2^60; extensions and trailer fields are passed over, within bounds. A client's line ends must be
// CR LF, and what it writes there text. A server may end lines by LF alone, as those of a head, and
// write all but NUL: no request hides behind what it sends.
class ChunkedDecoder {
 public:
  explicit ChunkedDecoder(From from) : from_(from) {}

  struct Step {
    std::size_t consumed = 0;  // of the input, content included
    std::string_view content;  // a part of the input; may be empty
  };

  // Takes bytes off the front of the input, up to the end of the next piece of content. Call again
  // with the rest until the input is used up, or done() or bad().
  Step step(std::string_view input);

  // The last chunk and its trailer section have been read; what follows is another message.
  [[nodiscard]] bool done() const { return state_ == State::done; }
  // What came is no chunked coding.
  [[nodiscard]] bool bad() const { return state_ == State::bad; }

 private:
  enum class State {
    size,            // the hex digits of a chunk's size
    extension,       // what follows them on the line
    size_feed,       // the LF of that line
    content,         //
    content_return,  // the CR LF after the content
    content_feed,    //
    trailer_start,   // the first byte of a trailer line
    trailer,         // the rest of it
    trailer_feed,    // its LF
    end_feed,        // the LF of the empty line
    done,
    bad,
  };

  void take(char c);
  State after(char c);
  // A byte of an extension or of the trailer section.
  bool may_pass(char c) const;
  State after_size_line() const;

  const From from_;
  State state_ = State::size;
  std::uint64_t left_ = 0;    // of the chunk: its size as read so far, then its content
  std::size_t digits_ = 0;    // of the size, with its zeros
  std::size_t overhead_ = 0;  // bytes of the chunk's extensions, and of trailer fields
};

}  // namespace wire::http
