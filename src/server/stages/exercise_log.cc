#include "server/stages/exercise_log.hh"

namespace server {

namespace {

constexpr std::size_t max_told = 8;  // faults of one session

}  // namespace

void ExerciseLog::packet_came(const wire::A2& task, std::uint32_t packet_id,
                              std::chrono::nanoseconds when) {
  const auto [last, first] = last_came_.try_emplace(packet_id, when);
  if (first) return;
  const std::chrono::duration<double> since = when - last->second;
  last->second = when;
  if (const auto fault = wire::judge_resend(since.count())) {
    wrong(fault->rule, "b1 " + std::to_string(packet_id + 1) + " of " + std::to_string(task.num) +
                           ": " + fault->text());
  }
}

void ExerciseLog::ack_decided(const AckFate& fate) {
  if (fate.copies == 0) ++withheld_;
  if (fate.copies > 1) ++doubled_;
  if (fate.copies > 0 && fate.delay.count() > 0) ++delayed_;
}

void ExerciseLog::wrong(wire::Rule rule, const std::string& words) {
  if (wrong_.size() < max_told) {
    wrong_.push_back(words + " [rule " + std::to_string(wire::number(rule)) + "]");
  } else {
    ++untold_;
  }
}

std::string ExerciseLog::text() const {
  std::string text = "acks: " + std::to_string(withheld_) + " withheld, " +
                     std::to_string(delayed_) + " delayed, " + std::to_string(doubled_) +
                     " doubled; wrong: ";
  if (wrong_.empty()) return text + "nothing";
  for (const std::string& words : wrong_) {
    if (&words != &wrong_.front()) text += ", and ";
    text += words;
  }
  return text + (untold_ > 0 ? ", and " + std::to_string(untold_) + " more" : "");
}

}  // namespace server
