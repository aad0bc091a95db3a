// How a server takes its clients, which is found out before the checks.
#pragma once

#include "client/check/target.hh"

namespace client {

// Finds Target::one_after_the_other, and one_client where `many_at_once` checks are to be made.
// Returns how much longer all checks may take for it. Throws NotMade.
net::Clock::duration find_how_clients_are_taken(Target& target, bool many_at_once);

}  // namespace client
