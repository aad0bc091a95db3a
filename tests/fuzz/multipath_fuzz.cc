// A whole search for parallel paths against a network that does what the input says: it ends, in
// bounded time, with a bounded number of packets, and with one verdict.
#include <cstdio>
#include <cstdlib>

#include "support/random_search.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::size_t at = 0;
  traceroute::RandomSearch search([&]() -> unsigned { return at < size ? data[at++] : 0; });
  const std::string fault = search.run();
  if (fault.empty()) return 0;
  std::fprintf(stderr, "%s\n", fault.c_str());
  std::abort();
}
