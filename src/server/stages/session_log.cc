#include "server/stages/session_log.hh"

#include <algorithm>

namespace server {

namespace {

constexpr std::size_t max_told = 8;  // faults, or packets, of one session

std::string times(unsigned count) { return count == 1 ? "once" : std::to_string(count) + " times"; }

// "packet 3", counted from 0 as packet_id is.
std::string packet_text(std::uint32_t packet_id) { return "packet " + std::to_string(packet_id); }

// Joins what there is to tell of several packets, up to a bound.
std::string joined(const std::vector<std::string>& items, const std::string& separator) {
  std::string text;
  const std::size_t told = std::min(items.size(), max_told);
  for (std::size_t i = 0; i < told; ++i) text += (i > 0 ? separator : "") + items[i];
  return text +
         (told < items.size() ? separator + std::to_string(items.size() - told) + " more" : "");
}

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
    if (!packets_[id].ack_sent) overtaken_.push_back(packet_text(id));
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
  std::vector<std::string> missing;
  for (std::uint32_t id = 0; id < packets_.size(); ++id) {
    const Packet& packet = packets_[id];
    if (packet.acked) continue;
    missing.push_back(packet_text(id) + (packet.arrivals == 0
                                             ? " never came"
                                             : ": its ack was withheld " + times(packet.withheld)));
  }
  return joined(missing, "; ");
}

std::string SessionLog::overtaken_acks() const {
  return overtaken_.empty() ? "" : "; b2 overtook the delayed ack of " + joined(overtaken_, ", ");
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
