// How long a whole process takes: process_time RUNS INPUT OUTPUT COMMAND [ARGUMENT]… runs the
// command again and again, with those files as its standard input and output, and prints the median
// in milliseconds.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "net/deadline.hh"

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, argv[2], O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, argv[3], O_WRONLY | O_CREAT | O_TRUNC, 0644);
  std::vector<double> times;
  for (int run = std::atoi(argv[1]); run > 0; --run) {
    const auto begin = net::Clock::now();
    pid_t process = 0;
    int status = 0;
    if (posix_spawnp(&process, argv[4], &actions, nullptr, argv + 4, environ) != 0) return 1;
    waitpid(process, &status, 0);
    if (status != 0) {
      std::fprintf(stderr, "process_time: %s: status %d\n", argv[4], status);
      return 1;
    }
    times.push_back(std::chrono::duration<double, std::milli>(net::Clock::now() - begin).count());
  }
  std::sort(times.begin(), times.end());
  std::printf("%.3f\n", times.at(times.size() / 2));
  return 0;
}
