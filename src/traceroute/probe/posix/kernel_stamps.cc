#include "traceroute/probe/kernel_stamps.hh"

namespace traceroute {

bool ask_for_stamps(int) { return false; }

std::optional<timespec> stamp_of(msghdr&) { return std::nullopt; }

}  // namespace traceroute
