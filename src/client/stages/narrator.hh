// Tells on stderr what goes over the wire, when -v asks for it.
#pragma once

#include <string>

#include "net/address.hh"
#include "net/deadline.hh"
#include "wire/stage.hh"

namespace client {

class Narrator {
 public:
  explicit Narrator(bool verbose) : verbose_(verbose) {}

  [[nodiscard]] bool is_verbose() const { return verbose_; }

  // "> b1 to 127.0.0.1:4242 at 0.512 s: payload_len …; packet_id 3": one line a message, its fields
  // in clear; the time is that since the session began.
  void sent(const std::string& name, const net::Address& to, wire::Bytes packet,
            const std::string& fields) const;
  // "< ack from …", and a line for each way in which the message is not as expected.
  void received(const std::string& name, const net::Address& from, wire::Bytes packet,
                const std::string& fields, const wire::Header& expected) const;
  // Another session begins.
  void begin() { begin_ = net::Clock::now(); }
  // Anything else that happened.
  void note(const std::string& text) const;

 private:
  [[nodiscard]] std::string time() const;

  bool verbose_;
  net::Clock::time_point begin_ = net::Clock::now();
};

}  // namespace client
