// The network interface that the simulated network stands behind: a TUN device (packets sent into
// it are read from a descriptor, packets written there arrive), and a packet socket beside it that
// tells the kernel's own time of each.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "net/file_descriptor.hh"
#include "simnet/model/description.hh"

namespace simnet {

// A TUN device of the present network namespace, up, with a default route into it. Throws
// std::system_error.
class Interface {
 public:
  Interface(const std::string& name, const std::vector<Ip>& addresses);

  // Readable when packets were sent into the interface.
  [[nodiscard]] int get() const { return tun_.get(); }
  // The next packet sent into it, without waiting; 0 when there is none.
  std::size_t read(std::span<std::uint8_t> buffer);
  // Makes a packet arrive; false when the kernel refuses it.
  bool write(wire::Bytes packet);

 private:
  net::FileDescriptor tun_;
};

// Sees every packet that passes an interface, with the kernel's receive or transmit time stamp.
class Tap {
 public:
  explicit Tap(const std::string& interface);

  struct Seen {
    std::size_t size = 0;
    bool outgoing = false;
    Span real{};  // CLOCK_REALTIME
  };
  // The next one, without waiting.
  std::optional<Seen> read(std::span<std::uint8_t> buffer);

 private:
  net::FileDescriptor socket_;
};

// Brings up the loopback interface of a new network namespace.
void raise_loopback();

}  // namespace simnet
