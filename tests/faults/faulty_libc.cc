// A libc that fails on demand, for LD_PRELOAD with glibc (scripts/faults). $FAULT says how, from
// the beginning of main on:
//   allocation:N   the N-th allocation of memory fails, whatever thread makes it
//   allocations:N  the N-th and all later ones fail
//   short:N        read, write, recv, send and sendfile move N bytes a call at most
// What getaddrinfo and getnameinfo allocate to ask for names is granted: glibc 2.36 itself crashes
// there without memory (nss_database_check_reload_and_get).
// At the end the number of allocations goes to the file $FAULT_COUNT.
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>

// glibc's own names of what is replaced here.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
}

namespace {

using Main = int(int, char**, char**);
Main* program = nullptr;

std::atomic<bool> counting = false;
std::atomic<unsigned long> allocations = 0;
unsigned long first_to_fail = 0, last_to_fail = 0;
std::size_t max_bytes = ~std::size_t{0};

thread_local bool resolving = false;

bool fails() {
  if (!counting || resolving) return false;
  const unsigned long number = ++allocations;
  if (number < first_to_fail || number > last_to_fail) return false;
  errno = ENOMEM;
  return true;
}

void set_up(std::string_view fault) {
  const unsigned long n = std::strtoul(fault.data() + fault.find(':') + 1, nullptr, 10);
  if (fault.starts_with("short:")) max_bytes = n;
  if (fault.starts_with("allocation")) first_to_fail = n;
  if (fault.starts_with("allocation:")) last_to_fail = n;
  if (fault.starts_with("allocations:")) last_to_fail = ~0UL;
}

int counted_main(int argc, char** argv, char** environment) {
  const char* const fault = getenv("FAULT");
  if (fault) set_up(fault);
  counting = true;
  return program(argc, argv, environment);
}

void write_count() {
  counting = false;
  const char* const path = getenv("FAULT_COUNT");
  const int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
  if (fd < 0) return;
  dprintf(fd, "%lu\n", allocations.load());
  close(fd);
}
struct AtEnd {
  ~AtEnd() { write_count(); }
} at_end;

template <typename Function>
Function* next(Function*, const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

// An event descriptor's number is read whole or not at all.
std::size_t shortened(int fd, std::size_t size) {
  if (size <= max_bytes) return size;
  struct stat about {};
  const bool of_bytes = fstat(fd, &about) == 0 && (about.st_mode & S_IFMT) != 0;
  return of_bytes ? std::min(size, max_bytes) : size;
}

}  // namespace

extern "C" {

int __libc_start_main(Main* main, int argc, char** argv, void (*init)(), void (*fini)(),
                      void (*rtld_fini)(), void* stack_end) {
  program = main;
  return next(&__libc_start_main, "__libc_start_main")(counted_main, argc, argv, init, fini,
                                                       rtld_fini, stack_end);
}

void* malloc(std::size_t size) { return fails() ? nullptr : __libc_malloc(size); }
void* calloc(std::size_t count, std::size_t size) {
  return fails() ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) { return fails() ? nullptr : __libc_realloc(old, size); }
void* memalign(std::size_t alignment, std::size_t size) {
  return fails() ? nullptr : __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  void* const got = memalign(alignment, size);
  if (!got) return ENOMEM;
  *memory = got;
  return 0;
}

int getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** found) {
  static auto* const real = next(&getaddrinfo, "getaddrinfo");
  resolving = hints == nullptr || (hints->ai_flags & AI_NUMERICHOST) == 0;
  const int code = real(host, service, hints, found);
  resolving = false;
  return code;
}
int getnameinfo(const sockaddr* address, socklen_t length, char* host, socklen_t host_size,
                char* service, socklen_t service_size, int flags) {
  static auto* const real = next(&getnameinfo, "getnameinfo");
  resolving = (flags & NI_NUMERICHOST) == 0;
  const int code = real(address, length, host, host_size, service, service_size, flags);
  resolving = false;
  return code;
}

ssize_t read(int fd, void* buffer, std::size_t size) {
  static auto* const real = next(&read, "read");
  return real(fd, buffer, shortened(fd, size));
}
ssize_t write(int fd, const void* buffer, std::size_t size) {
  static auto* const real = next(&write, "write");
  return real(fd, buffer, shortened(fd, size));
}
ssize_t recv(int fd, void* buffer, std::size_t size, int flags) {
  static auto* const real = next(&recv, "recv");
  return real(fd, buffer, std::min(size, max_bytes), flags);
}
ssize_t send(int fd, const void* buffer, std::size_t size, int flags) {
  static auto* const real = next(&send, "send");
  return real(fd, buffer, std::min(size, max_bytes), flags);
}
ssize_t sendfile64(int to, int from, off64_t* position, std::size_t size) {
  static auto* const real = next(&sendfile64, "sendfile64");
  return real(to, from, position, std::min(size, max_bytes));
}
}
