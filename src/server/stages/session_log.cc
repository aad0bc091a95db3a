#include "server/stages/session_log.hh"

#include <algorithm>

namespace server {

namespace {

constexpr std::size_t max_told = 8;  // faults, or packets, of one session

std::string times(unsigned count) { return count == 1 ? "once" : std::to_string(count) + " times"; }

// "packet 3", counted from 0 as packet_id is.
std::string packet_text(std::uint32_t packet_id) { return "packet " + std::to_string(packet_id); }

// Joins what there is to tell of several packets, up to a bound.
class List {
 public:
  explicit List(std::string separator) : separator_(std::move(separator)) {}
  void add(const std::string& item) {
    if (++count_ > max_told) return;
    text_ += (count_ > 1 ? separator_ : "") + item;
  }
  [[nodiscard]] std::string text() const {
    return count_ > max_told ? text_ + separator_ + std::to_string(count_ - max_told) + " more"
                             : text_;
  }

 private:
  const std::string separator_;
  std::string text_;
  std::size_t count_ = 0;
};

}  // namespace

void SessionLog::packet_came(std::uint32_t packet_id, std::chrono::nanoseconds when,
                             net::Clock::time_point taken) {
  Packet& packet = packets_[packet_id];
  const std::chrono::duration<double> since =
      std::max<std::chrono::nanoseconds>(when - packet.last_came, taken - packet.last_taken);
  packet.last_came = when;
  packet.last_taken = taken;
  if (packet.arrivals++ == 0) return;
  if (const auto fault = wire::judge_resend(since.count())) {
    wrong(fault->rule, "b1 " + packet_text(packet_id) + ": " + fault->text());
  }
}

void SessionLog::ack_decided(std::uint32_t packet_id, const AckFate& fate) {
  Packet& packet = packets_[packet_id];
  if (fate.copies == 0) ++withheld_, ++packet.withheld;
  if (fate.copies > 1) ++doubled_;
  if (fate.copies > 0 && fate.delay.count() > 0) ++delayed_;
  if (fate.copies > 0) packet.acked = true;
}

void SessionLog::b2_sent() {
  for (std::uint32_t id = 0; id < packets_.size(); ++id) {
    if (!packets_[id].ack_sent) overtaken_.push_back(id);
  }
}

void SessionLog::wrong(wire::Rule rule, const std::string& words) {
  if (wrong_.size() < max_told) {
    wrong_.push_back(words + " [rule " + std::to_string(wire::number(rule)) + "]");
  } else {
    ++untold_;
  }
}

std::string SessionLog::missing_acks() const {
  List list("; ");
  for (std::uint32_t id = 0; id < packets_.size(); ++id) {
    const Packet& packet = packets_[id];
    if (packet.acked) continue;
    list.add(packet_text(id) + (packet.arrivals == 0
                                    ? " never came"
                                    : ": its ack was withheld " + times(packet.withheld)));
  }
  return list.text();
}

std::string SessionLog::overtaken_acks() const {
  if (overtaken_.empty()) return "";
  List list(", ");
  for (const std::uint32_t id : overtaken_) list.add(packet_text(id));
  return "; b2 overtook the delayed ack of " + list.text();
}

std::string SessionLog::wrong_text() const {
  std::string text;
  for (const std::string& words : wrong_) text += (text.empty() ? "" : ", and ") + words;
  return text + (untold_ > 0 ? ", and " + std::to_string(untold_) + " more" : "");
}

std::string SessionLog::text() const {
  return "acks: " + std::to_string(withheld_) + " withheld, " + std::to_string(delayed_) +
         " delayed, " + std::to_string(doubled_) +
         " doubled; wrong: " + (wrong_.empty() ? "nothing" : wrong_text());
}

}  // namespace server
