#include "client/stages/stages.hh"

#include <string_view>
#include <utility>

#include "client/services.hh"

namespace client {

namespace {

constexpr auto pause_between_messages = std::chrono::milliseconds(50);

// Sessions with nothing to send in stage d: some servers draw num2 0, and then send no d2.
constexpr int max_empty_sessions = 4;

// One session.
Outcome go_once(const Exchange& exchange, std::uint32_t& num2) {
  Outcome outcome;
  std::optional<AReply> a;
  try {
    a = stage_a(exchange);
    const BReply b = stage_b(exchange, *a);
    a->socket.reset();
    outcome.secrets.push_back(b.message.secret_b);
    CReply c = stage_c(exchange, b);
    outcome.secrets.push_back(c.message.secret_c);
    num2 = c.message.num2;
    outcome.secrets.push_back(stage_d(exchange, std::move(c)).secret_d);
  } catch (const NoD2& failure) {
    outcome.failure = std::current_exception();
    outcome.without_d2 = failure.what();
  } catch (const std::exception&) {
    outcome.failure = std::current_exception();
  }
  // Stage b may have gone on with another session than the one that stage a opened.
  if (a) outcome.secrets.insert(outcome.secrets.begin(), a->message.secret_a);
  return outcome;
}

}  // namespace

Outcome go_through(Exchange exchange) {
  std::uint32_t num2 = 0;
  Outcome outcome = go_once(exchange, num2);
  for (int empty = 0; outcome.without_d2;) {
    const bool paused = exchange.pause.count() > 0;
    const bool again = num2 > 0 ? !paused : ++empty < max_empty_sessions;
    if (!again || exchange.deadline.passed()) break;
    if (num2 > 0) exchange.pause = pause_between_messages;
    exchange.narrator.note(*outcome.without_d2 + "; all stages once more" +
                           (num2 > 0 ? ", with pauses in stage d" : ""));
    exchange.narrator.begin();
    // If it comes less far, the reason is in the session before.
    Outcome next = go_once(exchange, num2);
    if (next.secrets.size() < outcome.secrets.size()) break;
    outcome = std::move(next);
  }
  return outcome;
}

void go_through_stages(const Options& options) {
  const auto deadline = net::Deadline::after(options.time);
  const Outcome outcome =
      go_through({options.host, net::resolve(options.host, options.port, options.family, deadline),
                  options.student_id, options.window, deadline, Narrator(options.verbose)});
  std::string text;
  std::string_view stage = "ABCD";
  for (const std::uint32_t secret : outcome.secrets) {
    text += std::string("secret ") + stage.front() + ": " + std::to_string(secret) + '\n';
    stage.remove_prefix(1);
  }
  cli::print(text);
  if (outcome.failure) std::rethrow_exception(outcome.failure);
}

}  // namespace client
