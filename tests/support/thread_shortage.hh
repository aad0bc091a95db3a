// A program in which threads run out: for one test file, as it replaces pthread_create.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <limits>

#include "support/libc_call.hh"

constexpr int all_threads = std::numeric_limits<int>::max();
// How many more threads may begin.
inline std::atomic<int> threads_left = all_threads;

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*start)(void*), void* argument) {
  if (threads_left-- <= 0) return EAGAIN;
  static const auto real = find_libc_call<decltype(pthread_create)>("pthread_create");
  return real(thread, attributes, start, argument);
}
