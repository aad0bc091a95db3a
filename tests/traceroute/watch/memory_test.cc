// However long a path is watched, no more memory is used.
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdlib>
#include <ctime>
#include <new>

#include "support/from_environment.hh"
#include "traceroute/watch/virtual_watch.hh"

namespace {
std::int64_t in_use = 0;  // bytes that were asked for and not given back
}

// Not inline: g++ would see malloc and free, but not that they belong together.
[[gnu::noinline]] void* operator new(std::size_t size) {
  void* const memory = std::malloc(size);
  if (!memory) throw std::bad_alloc();
  in_use += static_cast<std::int64_t>(malloc_usable_size(memory));
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  in_use -= static_cast<std::int64_t>(malloc_usable_size(memory));
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  operator delete(memory);
}

namespace traceroute::watch {

// SOCKHOP_ROUNDS=604800 is a week.
TEST(WatchMemory, IsTheSameAfterManyRounds) {
  const std::uint64_t rounds = from_environment("SOCKHOP_ROUNDS", 3000);
  const auto path = describe(
      "all delay 10 jitter 50\nhops 2\nhop limit 1/1000\nhop loss 5\nhop silent\n"
      "hop balance packet to a b\nhop a to join\nhop b to join\nhop join\nhops 3\n"
      "target 192.0.2.10\n");
  VirtualWatch play(path, std::chrono::seconds(1));
  play.play(1000);
  play.events.clear();
  play.events.shrink_to_fit();
  const std::int64_t before = in_use;
  Time spent{};
  for (std::uint64_t played = 0; played < rounds; played += 1000) {
    const std::clock_t start = std::clock();
    play.play(1000);
    spent += std::chrono::microseconds((std::clock() - start) * 1'000'000 / CLOCKS_PER_SEC);
  }
  const std::size_t events = play.events.size();
  play.events.clear();
  play.events.shrink_to_fit();
  // Histograms have a class more where a round trip is longer than all before; six bytes a round
  // would be seen.
  EXPECT_LT(in_use - before, 16384);
  RecordProperty("bytes", static_cast<int>(in_use - before));
  RecordProperty("events", static_cast<int>(events));
  RecordProperty(
      "microseconds a round, the simulated network included",
      static_cast<int>(spent / std::chrono::microseconds(1) / static_cast<Time::rep>(rounds)));
}

}  // namespace traceroute::watch
