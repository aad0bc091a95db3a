// A server of the four-stage protocol for many clients at once, right but for chosen flaws.
#pragma once

#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/listener.hh"
#include "net/stream.hh"
#include "wire/stage.hh"

namespace flawed {

using namespace std::chrono_literals;
using Packet = std::vector<std::uint8_t>;

// The default keeps the protocol.
struct Flaws {
  std::string name;
  // What becomes of a message before it is sent; by its name: "a2", "ack", "b2", "c2", "d2".
  std::function<void(const std::string& message, Packet& packet)> change = [](auto&, auto&) {};
  // Rules that the server does not check in the messages of a stage.
  std::set<std::pair<char, wire::Rule>> unchecked = {};
  std::function<bool(std::uint16_t student_id)> serves = [](auto) { return true; };

  bool same_secrets = false;          // in every session
  bool acks_all = false;              // at the first time
  bool b2_early = false;              // before the last packet
  bool goes_on_after_faults = false;  // in stage b
  bool waits_in_b = false;            // for ever, for packets
  bool waits_in_c = false;            // for a connection
  bool waits_in_d = false;            // for messages
  bool one_recv_a_message = false;    // whatever a recv() of its size returns
  bool checks_first_message = false;  // of stage d, and no other
  bool takes_more_messages = false;   // than num2
  bool keeps_open = false;            // after d2
  bool closes_at_once = false;        // every connection
  bool floods = false;                // whoever sends an a1, with datagrams of all sizes
  bool floods_stream = false;         // after c2
  int dies_after = -1;                // sessions
};

// Serves on loopback until it is destroyed.
class Server {
 public:
  explicit Server(Flaws flaws);
  ~Server();
  [[nodiscard]] const net::Address& address() const { return udp_.address; }

 private:
  struct Session;

  void serve(const std::stop_token& stop);
  void run(Session& session);
  bool stage_b(Session& session);
  std::optional<net::Stream> stage_c(Session& session);
  void stage_d(Session& session, net::Stream& connection);
  static void flood(const Session& session);
  bool right(char stage, const std::optional<wire::Fault>& fault) const;
  Packet changed(const std::string& name, Packet packet) const;

  const Flaws flaws_;
  net::Listener udp_;
  const std::uint32_t first_secret_;
  // Threads that are over are joined, so that only the sessions under way cost memory.
  struct Running {
    std::shared_ptr<std::atomic<bool>> over;
    std::jthread thread;
  };
  std::list<Running> sessions_;
  std::jthread thread_;
};

}  // namespace flawed
