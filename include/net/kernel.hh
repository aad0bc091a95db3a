// The calls in which kernels differ. src/net/linux has a body of each that uses what Linux has, and
// src/net/posix one that every POSIX system runs (-DSOCKHOP_POSIX=ON takes it on Linux, too).
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <ctime>
#include <span>

#include "net/deadline.hh"
#include "net/file_descriptor.hh"

namespace net {

enum class Mode { blocking, nonblocking };

// A new close-on-exec socket of an address family (AF_…) and type (SOCK_…); empty, and errno.
FileDescriptor new_socket(int family, int type, int protocol, Mode mode);
// The next connection at a listener, close-on-exec and blocking; empty, and errno.
FileDescriptor accept_connection(int listener, sockaddr* peer, socklen_t* length);

// poll(2) until a deadline: how many descriptors are ready, 0 at the deadline, -1 and errno.
int poll_until(std::span<pollfd> polled, Deadline deadline);

// Sends bytes of a file from `position` on, which it moves; how many, 0 at the end of the file, -1
// and errno: EINVAL where the kernel or the file system cannot, as 9p before Linux 5.11 (the drives
// of Windows under WSL). The process must ignore SIGPIPE.
ssize_t send_from_file(int socket, int file, off_t& position, std::size_t count);

// Flags of send(2): raise no SIGPIPE; more follows at once, so that it may share a packet. 0 where
// a kernel has no such flag.
extern const int no_signal;
extern const int more_follows;

// The highest number of open descriptors that the kernel lets a process have; 0 when it does not
// say.
unsigned long max_descriptors();
// open(2)'s flags for a directory that is only a place to open others from.
extern const int only_a_place;
// open(2)'s flags for a file of any kind, of which only fstat(2) is asked: where the kernel can, it
// is not opened as such, so that no FIFO's writer is let go and no device begins to act.
extern const int only_looked_at;

// Opens, in one step, what a path names below a directory; symbolic links are followed as long as
// they stay below it. Empty, and errno: ENOSYS where the kernel cannot.
FileDescriptor open_in_one_step(int directory, const char* path, int flags);

// Whether something is mounted on a name in a directory, so that it can be given to nothing else;
// false where the kernel cannot tell.
bool is_mount_point(const char* directory, const char* name);

// When a file's content was changed: by the file system, or as a program has set it.
timespec modification_time(const struct stat& about);
// When anything about a file was changed, which no program can set.
timespec change_time(const struct stat& about);

// Gives an open file the access list (acl(5)) of another one, or none where that has none. False,
// and errno, where that cannot be done.
bool copy_access_list(const char* from, int to);

// Tuning, without effect where a kernel has no such thing:
// Lets a burst wait in a socket, beyond the system's limit where this process has the right to.
void enlarge_receive_buffer(int fd, int size = 8 * 1024 * 1024);
// Makes TCP send lost segments again at an even pace instead of twice as late each time, while few
// are under way: for who has little to say and little time. On a listener it passes to what that
// accepts.
void retransmit_evenly(int fd);
// Lets the calling thread, and those it starts, finish what they do before a thread that is woken
// runs.
void prefer_throughput();
// Gives the memory of this thread's stack back to the system, from below the caller's frame on:
// what deeper calls have left there. Not for a program's first thread.
void give_back_stack();

}  // namespace net
