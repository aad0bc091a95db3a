// Bytes over a connection, with deadlines.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "net/deadline.hh"
#include "net/file_descriptor.hh"

namespace net {

// How a transfer ended.
enum class Ending {
  full,    // all that was asked for
  end,     // the peer ended its stream cleanly before the first byte
  broken,  // the stream ended in the middle, or was reset
  silent,  // the deadline passed
};

struct Transfer {
  Ending ending = Ending::full;
  std::size_t count = 0;  // bytes moved, whatever the ending
};

// The same of a file, which may be larger than memory.
struct FileTransfer {
  Ending ending = Ending::full;
  std::uint64_t count = 0;
};

// A connected stream socket with one owner. Calls block in the kernel (SO_RCVTIMEO, SO_SNDTIMEO),
// one system call each when the bytes are there; shutdown() from another thread wakes them. One
// thread may receive while another one sends. Each call throws std::system_error when this host
// lacks memory: that is not the peer's doing.
class Stream {
 public:
  explicit Stream(FileDescriptor socket) : socket_(std::move(socket)) {}

  // Waits for at least one byte: `full` with however many came.
  [[nodiscard]] Transfer receive_some(std::span<std::uint8_t> buffer, Deadline deadline);
  // Like receive_some, but polls for up to 50 us before it sleeps, as long as this peer keeps
  // answering fast: a wake-up costs more.
  [[nodiscard]] Transfer receive_soon(std::span<std::uint8_t> buffer, Deadline deadline);
  // Waits until bytes can be read, or the end; false when the deadline passes first. For a wait
  // that may be long: what deeper calls have touched of this thread's stack goes back to the
  // system. To be called on threads of a pool, from a frame above those that hold buffers.
  [[nodiscard]] bool sleep_until_readable(Deadline deadline);
  // Fills the buffer.
  [[nodiscard]] Transfer receive_exactly(std::span<std::uint8_t> buffer, Deadline deadline);
  // Sends all of the bytes, in one call if the socket takes them; flags as in send(2).
  [[nodiscard]] Transfer send_all(std::span<const std::uint8_t> bytes, Deadline deadline,
                                  int flags = 0);
  // Sends count bytes of a file from an offset on (sendfile(2)); silent when the peer takes nothing
  // for `stall`, end when the file is shorter by now. Throws std::system_error, too, when the file
  // cannot be read. The process must ignore SIGPIPE.
  [[nodiscard]] FileTransfer send_file(int file, std::uint64_t offset, std::uint64_t count,
                                       Clock::duration stall);
  // All that comes until the peer closes, at most `max` bytes. Throws std::system_error when the
  // connection breaks, the deadline passes (ETIMEDOUT) or more comes (EMSGSIZE).
  [[nodiscard]] std::string receive_all(Deadline deadline,
                                        std::size_t max = std::size_t{16} * 1024 * 1024);
  // Sends a text. Throws std::system_error when not all of it could be sent by the deadline.
  void send(std::string_view text, Deadline deadline);

  // What is there already, without waiting; at the end of the stream `end`.
  [[nodiscard]] Transfer receive_ready(std::span<std::uint8_t> buffer);
  // Whether the peer has ended the stream, or broken it, and nothing is left to read.
  [[nodiscard]] bool is_over();
  // Sends what the socket takes at once, perhaps nothing: `full` with the count, or `broken`.
  [[nodiscard]] Transfer send_ready(std::span<const std::uint8_t> bytes);

  // Tells the peer that nothing more will be sent.
  void half_close();

  // Ends the stream so that the peer reads all that was sent: half-closes, and reads what still
  // comes until the peer closes or the deadline passes. Closing with unread input would send a
  // reset, which can destroy what is in flight (RFC 1122, section 4.2.2.13).
  void finish(Deadline deadline = Deadline::after(2s));
  // Whether the close is a reset, so that the peer cannot take what it got for the whole. It is
  // also what StopRegistration does then, and the kernel when the process is killed.
  void reset_on_close(bool wanted = true);

  [[nodiscard]] int get() const { return socket_.get(); }

 private:
  // Makes the socket's own time-out no longer than the deadline allows; false when it has passed.
  bool arm(int option, Clock::duration& armed, Deadline deadline);

  FileDescriptor socket_;
  Clock::duration receive_timeout_ = Clock::duration::max();
  Clock::duration send_timeout_ = Clock::duration::max();
  bool prompt_ = true;  // the peer's last bytes did not keep us waiting
};

// As Stream's. Set on a listener it passes to the connections, from before they are accepted.
void reset_on_close(int fd, bool wanted = true);

// Bounds a wait in accept(2) of a listener. The connections may have the time-out too, or not: a
// Stream sets its own.
void set_accept_timeout(int listener, Clock::duration timeout);

}  // namespace net
