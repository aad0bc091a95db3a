#include "client/stages/stages.hh"
#include "wire/text.hh"

namespace client {

namespace {

std::string in_clear(wire::Bytes packet, const std::string& fields) {
  const auto header = wire::decode_header(packet);
  return header ? wire::text(*header) + "; " + fields : std::to_string(packet.size()) + " bytes";
}

}  // namespace

std::string Narrator::time() const {
  const std::chrono::duration<double> since = net::Clock::now() - begin_;
  return wire::format(" at %.3f s: ", since.count());
}

void Narrator::sent(const std::string& name, const net::Address& to, wire::Bytes packet,
                    const std::string& fields) const {
  if (verbose_) cli::say("> " + name + " to " + to.text() + time() + in_clear(packet, fields));
}

void Narrator::received(const std::string& name, const net::Address& from, wire::Bytes packet,
                        const std::string& fields, const wire::Header& expected) const {
  if (!verbose_) return;
  cli::say("< " + name + " from " + from.text() + time() + in_clear(packet, fields));
  for (const wire::Fault& fault : wire::deviations(packet, expected)) {
    cli::say("  deviation: " + name + ": " + fault.text());
  }
}

void Narrator::note(const std::string& text) const {
  if (verbose_) cli::say(text);
}

}  // namespace client
