#include "traceroute/probe/kernel_stamps.hh"

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>

#include "net/control.hh"
#include "net/socket.hh"

namespace traceroute {

bool ask_for_stamps(int fd) {
  const int flags = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE |
                    SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_OPT_ID |
                    SOF_TIMESTAMPING_OPT_TSONLY | SOF_TIMESTAMPING_OPT_CMSG;
  return net::try_option(fd, SOL_SOCKET, SO_TIMESTAMPING, flags);
}

std::optional<timespec> stamp_of(msghdr& message) {
  const auto stamps = net::find_control<scm_timestamping>(message, SOL_SOCKET, SCM_TIMESTAMPING);
  if (!stamps || stamps->ts[0].tv_sec == 0) return std::nullopt;
  const auto& software = stamps->ts[0];
  return timespec{static_cast<time_t>(software.tv_sec), static_cast<long>(software.tv_nsec)};
}

}  // namespace traceroute
