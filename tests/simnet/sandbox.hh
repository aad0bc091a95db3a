// The namespaces that a simulated network lives in, and the command that runs there.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "net/file_descriptor.hh"
#include "simnet/model/ip.hh"

namespace simnet {

// Moves this process into network and mount namespaces of its own, which vanish with it and its
// children. Throws std::system_error where that is not allowed.
void enter_namespaces();

// Makes the C library ask this name server, for this process and its children.
void use_resolver(const Ip& resolver);

// Sets a sysctl ("net.ipv4.ping_group_range", "0 65535") of the present network namespace.
void set_sysctl(const std::string& key, const std::string& value);

// The present network namespace, and a new one that the process moves into.
net::FileDescriptor present_network();
void enter_new_network();
void enter_network(int descriptor);

// Runs at real-time priority where that is allowed, on a processor that no command uses, with exact
// timers and all memory locked. To be called when the command has been started.
void become_punctual();

// A command run in the namespaces; it and all that it left behind are killed by the destructor.
class Command {
 public:
  // `user`, if not empty, is whom it runs as. Throws std::system_error.
  Command(const std::vector<std::string>& words, const std::string& user);
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  ~Command();

  // Readable when a child has ended or a signal for the command has come: then call tend().
  [[nodiscard]] int get() const { return signals_.get(); }
  // Passes signals on; false when the command has ended.
  bool tend();
  // How often SIGUSR1 came, which is not passed on.
  [[nodiscard]] std::size_t changes() const { return changes_; }
  // Of the ended command; 128 plus the signal that killed it.
  [[nodiscard]] int exit_status() const { return status_; }

 private:
  net::FileDescriptor signals_;
  pid_t child_ = -1;
  std::size_t changes_ = 0;
  int status_ = 0;
};

}  // namespace simnet
