#include "traceroute/run/printer.hh"

namespace traceroute {

std::string Printer::ready_lines(AddressInfo& directory) {
  std::string lines;
  for (; !hops_.empty() && directory.is_ready(hops_.front()); hops_.pop_front()) {
    lines += line(hops_.front(), directory.style());
  }
  return lines;
}

std::string Printer::all_lines(AddressInfo& directory) {
  std::string lines;
  for (; !hops_.empty(); hops_.pop_front()) lines += line(hops_.front(), directory.style());
  return lines;
}

}  // namespace traceroute
