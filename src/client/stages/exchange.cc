#include "client/stages/exchange.hh"

#include <algorithm>
#include <array>
#include <thread>

#include "net/connect.hh"
#include "net/datagram.hh"
#include "net/socket.hh"
#include "wire/diagnosis.hh"

namespace client {

bool ReplacedSessions::came_before(const wire::A2& a2, const wire::A2& under_way) const {
  const auto same = [&](const wire::A2& old) {
    return old.udp_port == a2.udp_port && old.secret_a == a2.secret_a;
  };
  return same(under_way) || std::ranges::any_of(replaced_, same);
}

bool ReplacedSessions::sent(const net::Address& from, wire::Bytes packet,
                            const wire::A2& a2) const {
  const auto header = wire::decode_header(packet);
  return std::ranges::any_of(replaced_, [&](const wire::A2& old) {
    const bool from_port = from.port() == old.udp_port && old.udp_port != a2.udp_port;
    const bool knows = header && header->psecret == old.secret_a && old.secret_a != a2.secret_a;
    return from_port || knows;
  });
}

std::optional<Incoming> receive(const net::FileDescriptor& socket) {
  std::array<std::uint8_t, 2048> buffer;
  const auto datagram = net::receive_datagram(socket.get(), buffer);
  if (!datagram) return std::nullopt;
  // That is no silence of the server.
  if (datagram->error && datagram->from == net::Address()) {
    throw std::system_error(datagram->error, "receive a datagram");
  }
  const auto bytes = wire::Bytes(buffer).first(std::min(datagram->size, buffer.size()));
  return Incoming{datagram->from, datagram->error, {bytes.begin(), bytes.end()}, datagram->arrival};
}

// A SYN that was lost is repeated sooner than the system would do it, which could outlast the
// server's own patience.
net::Stream connect_when_ready(const net::Address& server, std::chrono::milliseconds max_late,
                               net::Deadline deadline,
                               const std::function<void(const std::string&)>& note) {
  constexpr auto pause = std::chrono::milliseconds(50);
  const auto refused_for_good = net::Deadline::after(max_late);
  for (auto timeout = std::chrono::milliseconds(500);;) {
    const auto attempt = net::Deadline::after(timeout).or_sooner(deadline);
    try {
      net::FileDescriptor socket = net::connect_tcp({server}, attempt, net::LocalPort::dynamic);
      net::retransmit_evenly(socket.get());  // the server's patience is short
      return net::Stream(std::move(socket));
    } catch (const std::system_error& error) {
      const bool refused = error.code() == std::errc::connection_refused;
      const bool silent = error.code() == std::errc::timed_out;
      const bool again = (refused && !refused_for_good.passed()) || silent;
      if (!again || deadline.passed()) throw;
      std::this_thread::sleep_for(pause);
      // An attempt that begins after the deadline would tell of silence where the port refused.
      if (deadline.passed()) throw;
      note(error.what());
      if (silent) timeout *= 2;
    }
  }
}

ReceivedC2 receive_c2(net::Stream& connection, net::Deadline deadline,
                      std::chrono::milliseconds padding_wait) {
  constexpr std::size_t whole = wire::wire_size(wire::c2_len);
  std::array<std::uint8_t, c2_size + wire::max_c2_padding> buffer;
  const auto begin = std::span(buffer).first(c2_size),
             rest = std::span(buffer).subspan(c2_size, whole - c2_size);
  const net::Transfer first = connection.receive_exactly(begin, deadline);
  if (first.ending != net::Ending::full) {
    return {first, {buffer.begin(), buffer.begin() + static_cast<long>(first.count)}};
  }
  const net::Transfer padding =
      padding_wait.count() == 0 ? connection.receive_ready(rest)
                                : connection.receive_exactly(
                                      rest, net::Deadline::after(padding_wait).or_sooner(deadline));
  std::size_t size = c2_size + padding.count;
  // What follows is padding, too, unless d2 may be there already.
  if (size == whole && wire::decode_c2(buffer)->num2 > 0)
    size += connection.receive_ready(std::span(buffer).subspan(whole)).count;
  return {first, {buffer.begin(), buffer.begin() + static_cast<long>(size)}};
}

AfterC2::AfterC2(wire::Bytes c2) {
  if (c2.size() > c2_size) bytes_.assign(c2.begin() + c2_size, c2.end());
  end_padding();
}

void AfterC2::end_padding() {
  if (bytes_.size() <= wire::max_c2_padding) padding_ = bytes_.size();
}

wire::Bytes AfterC2::extra() const {
  return wire::Bytes(bytes_).subspan(std::min(bytes_.size(), padding_));
}

bool AfterC2::receive(net::Stream& connection, net::Deadline deadline) {
  if (full()) return false;
  std::array<std::uint8_t, 4096> buffer;
  const net::Transfer got = connection.receive_some(buffer, deadline);
  bytes_.insert(bytes_.end(), buffer.begin(), buffer.begin() + static_cast<long>(got.count));
  ended_ = got.ending == net::Ending::end || got.ending == net::Ending::broken;
  return got.ending != net::Ending::silent;
}

std::optional<wire::Bytes> AfterC2::find_d2(bool all) const {
  // More than d2 with all padding is some other text.
  constexpr std::size_t max_size = wire::max_c2_padding + d2_size;
  const auto bytes = wire::Bytes(bytes_).first(std::min(bytes_.size(), max_size));
  const auto padding = wire::padding_before_d2(bytes, padding_, all);
  if (!padding || !wire::quoted_text(extra()).empty()) return std::nullopt;
  const auto d2 = wire::Bytes(bytes_).subspan(*padding);
  if (bytes_.size() > max_size && wire::decode_header(d2)->payload_len != wire::d2_len)
    return std::nullopt;
  return d2;
}

std::optional<wire::Bytes> AfterC2::receive_d2(net::Stream& connection,
                                               net::Clock::duration silence,
                                               net::Deadline deadline) {
  // Where d2 ends shows in the end of the stream, if its header does not look right: the server has
  // this long to end it.
  constexpr auto end_wait = std::chrono::seconds(1);
  const auto of_silence = [&] { return net::Deadline::after(silence).or_sooner(deadline); };
  auto silent = of_silence();
  while (true) {
    if (const auto d2 = find_d2(ended_)) return d2;
    if (ended_ || silent.passed()) return std::nullopt;
    const bool whole = bytes_.size() >= padding_ + d2_size;
    const bool more =
        receive(connection, whole ? net::Deadline::after(end_wait).or_sooner(deadline) : silent);
    if (!more && whole) return find_d2(true);
    if (more) silent = of_silence();
  }
}

}  // namespace client
