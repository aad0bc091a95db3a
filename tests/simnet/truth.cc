#include "simnet/truth.hh"

#include <algorithm>

#include "net/error.hh"

namespace simnet {

Truth::Truth(const std::string& path) {
  if (path.empty()) return;
  file_ = std::fopen(path.c_str(), "we");
  if (!file_) net::fail("write " + path);
  lines_ =
      "sent answered monotonic rtt_us fate hop responder destination ttl protocol id sequence\n";
}

Truth::~Truth() {
  if (!file_) return;
  for (const Awaited& awaited : awaited_) record(awaited.event);
  flush();
  std::fclose(file_);
}

void Truth::record(const Event& event) {
  if (!file_) return;
  char line[256];
  const auto ns = [](Span span) { return static_cast<long long>(span.count()); };
  const double rtt =
      event.answered == Span{} ? -1 : static_cast<double>(ns(event.answered - event.sent)) / 1000;
  std::snprintf(line, sizeof line, "%lld %lld %lld %.3f %s%s %u %s %s %u %u %u %u\n",
                ns(event.sent), ns(event.answered), ns(event.monotonic), rtt,
                fate_name(event.fate).data(), event.again ? "-again" : "", event.distance,
                event.responder.text().c_str(), event.destination.text().c_str(), event.ttl,
                event.protocol, event.id, event.sequence);
  lines_ += line;
}

void Truth::await(const Event& event, Packet answer) {
  if (file_) awaited_.push_back({event, std::move(answer)});
}

void Truth::confirm(wire::Bytes answer, Span real) {
  // Answers pass in the order they were written; one that the kernel dropped never does.
  const auto found = std::find_if(awaited_.begin(), awaited_.end(), [&](const Awaited& awaited) {
    return std::equal(answer.begin(), answer.end(), awaited.answer.begin(), awaited.answer.end());
  });
  if (found == awaited_.end()) return;
  found->event.answered = real;
  for (auto passed = awaited_.begin(); passed != found + 1; ++passed) record(passed->event);
  awaited_.erase(awaited_.begin(), found + 1);
}

void Truth::flush() {
  if (!file_) return;
  std::fwrite(lines_.data(), 1, lines_.size(), file_);
  std::fflush(file_);
  lines_.clear();
}

}  // namespace simnet
