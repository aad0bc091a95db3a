// SIGINT and SIGTERM as a descriptor that becomes readable.
#pragma once

#include "net/file_descriptor.hh"

namespace net {

// To be called before any thread starts: blocks both signals in the caller and in what it starts.
// SIGPIPE is ignored, since sendfile(2) has no flag against it.
FileDescriptor stop_signal();

}  // namespace net
