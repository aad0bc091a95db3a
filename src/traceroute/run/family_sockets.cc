#include "traceroute/run/family_sockets.hh"

#include "cli/program.hh"
#include "traceroute/run/probe_sockets.hh"

namespace traceroute {

FamilySockets::FamilySockets(const Options& options, std::vector<ProbeSocket>& sockets)
    : options_(options) {
  for (ProbeSocket& socket : sockets) {
    all_.push_back(std::make_unique<FamilySocket>(
        FamilySocket{socket, Prober(socket, options.first_sequence)}));
  }
}

FamilySocket& FamilySockets::towards(const net::Address& destination) {
  const net::Family family = destination.family();
  for (const auto& family_socket : all_) {
    if (family_socket->socket.family() != family) continue;
    if (!family_socket->refusal.empty()) throw cli::Failure(family_socket->refusal);
    if (family_socket->in_use) return *family_socket;
    try {
      prepare(family_socket->socket, options_, destination);
    } catch (const std::runtime_error& error) {
      family_socket->refusal = error.what();
      throw;
    }
    family_socket->in_use = true;
    return *family_socket;
  }
  throw cli::Failure("send to " + destination.host() + ": no socket of its family");
}

}  // namespace traceroute
