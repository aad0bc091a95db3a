// The client at work in tests, and what a server may change in its messages.
#pragma once

#include "cli/program.hh"
#include "client/stages/stages.hh"
#include "support/scripted/server.hh"

namespace client {

using scripted::Packet;
using scripted::Ways;
using namespace std::chrono_literals;

inline Exchange exchange_with(const net::Address& address, std::uint32_t window,
                              std::chrono::milliseconds time = 20s) {
  return {"a test server", {address}, 461, window, net::Deadline::after(time), Narrator(false)};
}

inline std::vector<std::uint32_t> run(const Exchange& exchange) {
  const Outcome outcome = go_through(exchange);
  if (outcome.failure) std::rethrow_exception(outcome.failure);
  return outcome.secrets;
}

inline std::string failure_of(const Exchange& exchange) {
  try {
    run(exchange);
  } catch (const cli::Failure& failure) {
    return failure.what();
  }
  return "no failure";
}

using Change = std::function<void(const std::string&, Packet&)>;

// Sets one 32-bit field of every message's header.
inline Change set_field(std::size_t at, std::uint32_t value, const std::string& only = "") {
  return [=](const std::string& name, Packet& packet) {
    if (!only.empty() && name != only) return;
    const Packet bytes = wire::Writer().u32(value).done();
    std::copy(bytes.begin(), bytes.end(), packet.begin() + static_cast<long>(at));
  };
}

inline Change resize(const std::string& message, std::size_t size) {
  return [=](const std::string& name, Packet& packet) {
    if (name == message) packet.resize(size);
  };
}

inline Change both(const Change& first, const Change& second) {
  return [=](const std::string& name, Packet& packet) {
    first(name, packet);
    second(name, packet);
  };
}

}  // namespace client
