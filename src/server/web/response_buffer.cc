#include "server/web/response_buffer.hh"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <iterator>

#include "net/error.hh"
#include "net/kernel.hh"
#include "wire/bytes.hh"

namespace server {

namespace {

constexpr std::size_t max_piece = 65536;

}  // namespace

ResponseBuffer& ResponseBuffer::operator<<(std::string_view text) {
  while (!text.empty() && ok_) {
    if (size_ == gathered_.size()) flush(net::more_follows);
    // A long page goes without a copy, in pieces that a slow peer takes in its time.
    if (size_ == 0 && text.size() > gathered_.size()) {
      const std::string_view piece = text.substr(0, max_piece);
      send(piece, piece.size() < text.size() ? net::more_follows : 0);
      text.remove_prefix(piece.size());
      continue;
    }
    const std::size_t count = std::min(text.size(), gathered_.size() - size_);
    std::memcpy(gathered_.data() + size_, text.data(), count);
    size_ += count;
    text.remove_prefix(count);
  }
  return *this;
}

ResponseBuffer& ResponseBuffer::operator<<(std::uint64_t number) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  return *this << std::string_view(digits, static_cast<std::size_t>(end - digits));
}

void ResponseBuffer::send_file(int file, std::uint64_t offset, std::uint64_t count) {
  if (count <= gathered_.size() - size_) {
    while (count > 0 && ok_) {
      const ssize_t got = pread(file, gathered_.data() + size_, static_cast<std::size_t>(count),
                                static_cast<off_t>(offset));
      if (got <= 0) {
        const int error = errno;
        flush();  // answers before this one are whole
        ok_ = false;
        if (got == 0) break;
        net::fail("read a file", error);
      }
      size_ += static_cast<std::size_t>(got);
      offset += static_cast<std::uint64_t>(got);
      count -= static_cast<std::uint64_t>(got);
    }
    return;
  }
  flush(net::more_follows);
  if (!ok_) return;
  const auto sent = stream_.send_file(file, offset, count, stall_);
  sent_ += sent.count;
  ok_ = sent.ending == net::Ending::full;
}

void ResponseBuffer::flush_before_end() { flush(net::more_follows); }

void ResponseBuffer::flush(int flags) {
  if (size_ > 0) send(std::string_view(gathered_.data(), size_), flags);
  size_ = 0;
}

void ResponseBuffer::send(std::string_view bytes, int flags) {
  while (!bytes.empty() && ok_) {
    auto sent = stream_.send_all(wire::bytes_of(bytes), net::Deadline::after(stall_), flags);
    const bool silent = sent.ending == net::Ending::silent;
    // Room that a slow peer has made may be too little to end the wait (Stream::send_file).
    if (silent && sent.count == 0) sent.count = stream_.send_ready(wire::bytes_of(bytes)).count;
    sent_ += sent.count;
    bytes.remove_prefix(sent.count);
    // A slow peer takes a piece in more than one stall.
    ok_ = sent.ending == net::Ending::full || (silent && sent.count > 0);
  }
}

}  // namespace server
