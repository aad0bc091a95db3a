#include "traceroute/probe/privilege.hh"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "net/error.hh"

namespace traceroute {

void drop_privilege() {
  // The group first: changing it may need the user id that goes next.
  const gid_t group = getgid();
  const uid_t user = getuid();
  if (setresgid(group, group, group) != 0 || setresuid(user, user, user) != 0) {
    net::fail("give up the effective user");
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  if (syscall(SYS_capset, &header, none) != 0) net::fail("give up the capabilities");
  // A program that root executes would get them back.
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) net::fail("give up the capabilities");
}

}  // namespace traceroute
