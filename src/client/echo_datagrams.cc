#include <unistd.h>

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/program.hh"
#include "client/echo_check.hh"
#include "client/services.hh"
#include "client/standard_io.hh"
#include "net/address.hh"
#include "net/datagram.hh"
#include "net/socket.hh"
#include "net/wait.hh"
#include "wire/bytes.hh"

namespace client {

namespace {

// What UDP's length leaves, with IPv4's header (RFC 768, RFC 791) and with IPv6's, which counts
// apart (RFC 8200).
constexpr std::size_t max_ipv4 = 65507;
constexpr std::size_t max_ipv6 = 65527;

// Few enough, and of these bytes one more datagram apart, that a usual receive buffer holds them
// all.
constexpr std::size_t max_outstanding = 32;
constexpr std::size_t max_outstanding_bytes = 32768;

constexpr std::size_t max_named = 20;  // lines whose loss is reported one by one

// Lines lost one after the other until the server is taken to be gone. More than are on their way
// at once, of which it may have answered the first ones and held back others like them.
constexpr std::size_t max_lost_in_a_row = 2 * max_outstanding;

// Lines that are remembered, to tell a late copy of one from a datagram that was altered.
constexpr std::size_t max_hashes = 65536;

std::size_t hash(std::span<const std::uint8_t> bytes) {
  return std::hash<std::string_view>()(wire::text_of(bytes));
}

// A line on its way there and back.
struct Outstanding {
  std::uint64_t line = 0;
  std::vector<std::uint8_t> bytes;
  net::Deadline lost;
};

// Lines of standard input, as they come in.
class Lines {
 public:
  // Reads once. To be called when input is there.
  void read_more() {
    std::array<std::uint8_t, 65536> buffer;
    const auto bytes = read_input(buffer);
    ended_ = bytes.empty();
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(begin_));
    begin_ = 0;
    pending_.insert(pending_.end(), bytes.begin(), bytes.end());
  }
  // The next line without its newline, if it is complete, or longer than any datagram already.
  bool take(std::vector<std::uint8_t>& line) {
    const auto begin = pending_.begin() + static_cast<std::ptrdiff_t>(begin_);
    const auto feed = std::find(begin, pending_.end(), '\n');
    const auto length = static_cast<std::size_t>(feed - begin);
    const bool ended = ended_ && length > 0;
    if (feed == pending_.end() && !ended && length <= max_ipv6) return false;
    line.assign(begin, feed);
    begin_ += length + (feed == pending_.end() ? 0 : 1);
    return true;
  }
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  std::vector<std::uint8_t> pending_;
  std::size_t begin_ = 0;  // of what has not been taken
  bool ended_ = false;
};

class DatagramEcho {
 public:
  DatagramEcho(const std::vector<net::Address>& addresses, std::chrono::milliseconds time)
      : others_(addresses.begin(), addresses.end()), time_(time) {
    (void)go_over();
  }

  void run() {
    std::vector<std::uint8_t> line;
    while (lost_in_a_row_ < max_lost_in_a_row) {
      while (has_room() && lines_.take(line)) send(line);
      if (outstanding_.empty() && lines_.ended()) break;
      net::Interest interests[] = {{STDIN_FILENO, has_room() && !lines_.ended()},
                                   {socket_.get(), true}};
      (void)net::wait_for(interests, next_loss());
      if (interests[0].readable) lines_.read_more();
      // Whatever took its time, as a disk may: what has come meanwhile is not lost.
      receive();
      give_up_lost();
    }
    if (lost_ == 0) return;
    throw cli::Failure(std::to_string(lost_) + " of " + std::to_string(sent_) + " datagrams to " +
                       server_.text() + " did not come back" +
                       (reason_.empty() ? "" : " (" + reason_ + ')') + ": line" + which_ +
                       (lost_in_a_row_ < max_lost_in_a_row ? "" : "; no more was sent"));
  }

 private:
  // For one more line on its way.
  [[nodiscard]] bool has_room() const {
    std::size_t bytes = 0;
    for (const Outstanding& line : outstanding_) bytes += line.bytes.size();
    return outstanding_.size() < max_outstanding && bytes < max_outstanding_bytes;
  }

  void send(const std::vector<std::uint8_t>& line) {
    ++sent_;
    const std::size_t max = server_.family() == net::Family::ipv6 ? max_ipv6 : max_ipv4;
    if (line.size() > max) {
      throw cli::Failure("line " + std::to_string(sent_) + " has more than the " +
                         std::to_string(max) + " bytes that a datagram holds");
    }
    if (hashes_.size() == max_hashes) hashes_.pop_front();
    hashes_.push_back(hash(line));
    outstanding_.push_back({sent_, line, {}});
    if (!transmit(outstanding_.back()) && !answered_) (void)go_over();
  }

  // One that cannot be sent counts as lost, as one that gets lost on the way does.
  bool transmit(Outstanding& line) {
    const std::error_code error = net::send_datagram(socket_.get(), line.bytes, server_);
    if (error) reason_ = error.message();
    line.lost = net::Deadline::after(time_);
    return !error;
  }

  // Tries the next of the server's addresses, as long as none has answered; false when there is no
  // other.
  bool go_over() {
    while (!others_.empty()) {
      const net::Address next = others_.front();
      others_.pop_front();
      try {
        socket_ = net::open_udp(next.family(), net::LocalPort::any);
      } catch (const std::system_error&) {
        if (others_.empty() && !socket_) throw;
        continue;
      }
      server_ = next;
      bool sent = true;
      for (Outstanding& line : outstanding_) sent = transmit(line) && sent;
      if (sent) return true;
    }
    return false;
  }

  void receive() {
    std::vector<std::uint8_t> buffer(65536);
    for (int i = 0; i < net::max_in_turn; ++i) {
      const auto datagram = net::receive_datagram(socket_.get(), buffer);
      if (!datagram) return;
      if (datagram->error) {
        reason_ = datagram->error.message();
        if (!answered_ && go_over()) return;
        continue;
      }
      server_ = server_.settled_by(datagram->from);
      const auto bytes = std::span(buffer).first(std::min(datagram->size, buffer.size()));
      const auto answered = std::ranges::find_if(outstanding_, [&](const Outstanding& o) {
        return std::equal(o.bytes.begin(), o.bytes.end(), bytes.begin(), bytes.end());
      });
      if (!(datagram->from == server_)) {
        // It may be the server, which has several addresses. Whoever guesses may be it, too.
        if (answered != outstanding_.end()) reason_ = "the same came from " + datagram->from.text();
        continue;
      }
      answered_ = true;
      lost_in_a_row_ = 0;
      if (answered == outstanding_.end()) {
        if (!was_sent(bytes)) throw cli::Failure(server_.text() + ": " + fault_of(bytes));
        continue;  // a duplicate, or one that came too late
      }
      outstanding_.erase(answered);
      buffer.resize(bytes.size());
      buffer.push_back('\n');
      write_all(STDOUT_FILENO, buffer, "standard output");
      buffer.resize(65536);
    }
  }

  [[nodiscard]] bool was_sent(std::span<const std::uint8_t> bytes) const {
    return std::ranges::find(hashes_, hash(bytes)) != hashes_.end();
  }

  // What is wrong with a datagram that equals none that was sent: it is compared with the one that
  // begins as it does for longest, and of several with the first one of its size.
  [[nodiscard]] std::string fault_of(std::span<const std::uint8_t> bytes) const {
    if (outstanding_.empty()) {
      return std::to_string(bytes.size()) + " bytes came, though nothing more was sent";
    }
    const auto likeness = [&](const Outstanding& o) {
      const auto same = std::ranges::mismatch(bytes, o.bytes).in1 - bytes.begin();
      return std::pair(same, o.bytes.size() == bytes.size());
    };
    const auto sent = std::ranges::max_element(outstanding_, {}, likeness);
    const auto words = difference(bytes, sent->bytes);
    return "line " + std::to_string(sent->line) + ": " +
           words.value_or("what came ends after " + std::to_string(bytes.size()) + " bytes of " +
                          std::to_string(sent->bytes.size()));
  }

  void give_up_lost() {
    while (!outstanding_.empty() && outstanding_.front().lost.passed()) {
      if (!answered_ && go_over()) return;
      ++lost_in_a_row_;
      if (++lost_ <= max_named) which_ += ' ' + std::to_string(outstanding_.front().line);
      if (lost_ == max_named + 1) which_ += " …";
      outstanding_.pop_front();
    }
  }

  [[nodiscard]] net::Deadline next_loss() const {
    return outstanding_.empty() ? net::Deadline() : outstanding_.front().lost;
  }

  net::Address server_;
  std::deque<net::Address> others_;  // that have not been tried
  bool answered_ = false;
  const std::chrono::milliseconds time_;
  net::FileDescriptor socket_;
  Lines lines_;
  std::deque<Outstanding> outstanding_;
  std::uint64_t sent_ = 0, lost_ = 0;
  std::size_t lost_in_a_row_ = 0;   // since the last answer
  std::deque<std::size_t> hashes_;  // of the lines sent last
  std::string which_;               // the lines lost
  std::string reason_;              // the last one seen
};

}  // namespace

void echo_datagrams(const Options& options) {
  const auto addresses =
      net::resolve(options.host, options.port, options.family, net::Deadline::after(options.time));
  DatagramEcho(addresses, std::min(options.time, std::chrono::milliseconds(1000))).run();
}

}  // namespace client
