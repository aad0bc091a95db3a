// Rights that a program needs for a moment only.
#pragma once

namespace traceroute {

// Gives up every capability and any user id that is not the caller's own, for good: a set-user-id
// or setcap program, or one run by root, is an ordinary one from here on (capabilities(7)). Throws
// std::system_error when that is not certain.
void drop_privilege();

}  // namespace traceroute
