#include "net/wake_event.hh"

#include <sys/eventfd.h>

#include "net/error.hh"

namespace net {

WakeEvent::WakeEvent() : read_end_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!read_end_) fail("open an event descriptor");
}

void WakeEvent::set() const { eventfd_write(fd(), 1); }

bool WakeEvent::clear() const {
  eventfd_t count = 0;
  return eventfd_read(fd(), &count) == 0;
}

}  // namespace net
