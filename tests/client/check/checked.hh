// A scripted server, and what client -c finds on it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "client/check/report.hh"
#include "client/services.hh"
#include "net/joining_thread.hh"
#include "support/right_servers.hh"
#include "support/scripted/needs_descriptors.hh"

namespace client {

using scripted::Packet;
using scripted::Ways;

inline const std::vector<Check>& every_check() {
  static const std::vector<Check> checks = [] {
    std::vector<Check> all;
    for (const CheckGroup& group : all_checks()) {
      all.insert(all.end(), group.checks.begin(), group.checks.end());
    }
    return all;
  }();
  return checks;
}

// Again where a check ended as skipped since this process was held up.
inline std::vector<Result> check(const net::Address& server) {
  constexpr int max_attempts = 3;
  for (int attempt = 1;; ++attempt) {
    Target target{.address = server, .student_id = 461};
    CheckRun run(target, every_check(), 64);
    std::vector<Result> results;
    for (std::size_t i = 0; i < every_check().size(); ++i) {
      const auto result = run.wait_for(i, [](std::size_t) {});
      if (!result) break;  // the server is dead
      results.push_back(*result);
    }
    const bool held_up = std::ranges::any_of(results, [](const Result& result) {
      return result.seen.starts_with("this machine was too busy");
    });
    if (!held_up || attempt == max_attempts) return results;
  }
}

// Looks at many servers at once, so that their waits overlap; at few where each of their many
// threads is slow.
template <typename T>
void at_once(const std::vector<T>& all, const std::function<void(const T&)>& look) {
#ifdef __SANITIZE_THREAD__
  constexpr std::size_t max_at_once = 4;
#else
  constexpr std::size_t max_at_once = 100;
#endif
  std::atomic<std::size_t> next = 0;
  std::vector<net::JoiningThread> threads;
  while (threads.size() < std::min(max_at_once, all.size())) {
    threads.emplace_back([&] {
      for (std::size_t i = next++; i < all.size(); i = next++) look(all[i]);
    });
  }
}

inline Result check_one(std::size_t number, const net::Address& server) {
  Target target{.address = server, .student_id = 461};
  const std::vector<Check> only{*std::ranges::find(every_check(), number, &Check::number)};
  return *CheckRun(target, only, 1).wait_for(0, [](std::size_t) {});
}

// The whole report on a server, as client -c prints it.
inline std::string report_on(const net::Address& server, int expected_status, bool json = false,
                             std::size_t jobs = 64, std::optional<std::size_t> only = {}) {
  testing::internal::CaptureStdout();
  Options options;
  options.host = server.host();
  options.port = server.port();
  options.json = json;
  options.jobs = jobs;
  options.only = only;
  const int status = check_server(options);
  EXPECT_EQ(status, expected_status);
  return testing::internal::GetCapturedStdout();
}

// One field of one message is something else.
inline std::function<void(const std::string&, Packet&)> field(std::string message, std::size_t at,
                                                              std::uint8_t value) {
  return [=](const std::string& name, Packet& packet) {
    if (name == message) packet[at] = value;
  };
}
// It is another one, whatever was drawn for it.
inline std::function<void(const std::string&, Packet&)> other(std::string message, std::size_t at) {
  return [=](const std::string& name, Packet& packet) {
    if (name == message) packet[at] ^= 0xff;
  };
}
inline std::function<void(const std::string&, Packet&)> resize(std::string message,
                                                               std::size_t size) {
  return [=](const std::string& name, Packet& packet) {
    if (name == message) packet.resize(size);
  };
}
constexpr std::size_t payload_len = 3, psecret = 7, step = 9,
                      student_id = 11;  // their last bytes

}  // namespace client
