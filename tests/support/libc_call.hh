// libc's own function, for a test that has put one of its own before it.
#pragma once

#include <dlfcn.h>
#include <unistd.h>

#include <string_view>

// The address sanitizer has an operator new of its own, and needs descriptors of its own.
#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#else
#define ADDRESS_SANITIZER 0
#endif

// The type of a call's flags, its fourth argument: int with glibc, unsigned with musl.
template <typename Result, typename A, typename B, typename C, typename Flags, typename... Others>
Flags flags_of(Result (*)(A, B, C, Flags, Others...));

// The function of this name that comes after the program's own; null where libc has none. A static
// program, as musl's are here, has one of each name only: its test ends at once, as skipped.
template <typename Function>
Function* find_libc_call(const char* name) {
  if (dlsym(RTLD_DEFAULT, "getpid") == nullptr) {
    constexpr std::string_view words =
        "\n[  SKIPPED ]\nskipped: no call of libc can be replaced in a static program\n";
    static_cast<void>(!write(STDOUT_FILENO, words.data(), words.size()));
    _exit(0);
  }
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}
