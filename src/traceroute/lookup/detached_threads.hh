// Work that may hang, such as asking a name server, in threads of its own.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace traceroute {

class DetachedThreads {
 public:
  // Up to `max_threads` work at once. One that hangs is left behind, at the end of the process as
  // well: so a task shares ownership of all that it uses.
  explicit DetachedThreads(std::size_t max_threads);

  // Runs the task some time. False, and it never will, if there can be no thread at all.
  bool run(std::function<void()> task);

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
  std::size_t max_threads_;
};

}  // namespace traceroute
