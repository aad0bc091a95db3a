#include "traceroute/probe/privilege.hh"

#include <unistd.h>

#include "net/error.hh"

namespace traceroute {

void drop_privilege() {
  // The group first: changing it may need the user id that goes next. Called by a privileged
  // process both set the saved ids too (setuid(2)); that they are gone is tried.
  const uid_t user = getuid();
  if (setgid(getgid()) != 0 || setuid(user) != 0) net::fail("give up the effective user");
  if (user != 0 && setuid(0) == 0) net::fail("give up the effective user for good");
}

}  // namespace traceroute
