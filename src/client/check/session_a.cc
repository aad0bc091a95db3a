// Stage a of a check's session: an a1 until it is answered, or the server counts as dead.
#include <algorithm>

#include "client/check/session.hh"
#include "wire/diagnosis.hh"

namespace client {

namespace {

constexpr int max_unanswered = 3;
// An a1 is sent again after this: each opens a session of its own at the server, so not soon.
constexpr auto a1_wait = 1200ms;
constexpr int max_refused = 5;
// How much longer than answer_wait it is waited for before the server counts as dead: one that has
// room for ten sessions at once may let the a1s of others wait until those are over.
constexpr auto before_dead = 26s;

std::string a2_fault(wire::Bytes packet) {
  wire::Fault fault = wire::size_fault(Message::a2, packet.size(), wire::a2_len);
  fault.guess = wire::guess_in_place_of(Message::a2, packet);
  return fault.text();
}

}  // namespace

void CheckSession::send_a1() {
  if (!a1_sent_) begin_ = net::Clock::now();
  a1_sent_ = net::Clock::now();
  send_udp(wire::encode_a1(student_id), trial_.target.address.port(), "a1");
}

bool CheckSession::is_answered(net::Deadline deadline) {
  do take(deadline);
  while (packet(Message::a2).empty() && !deadline.passed());
  return !packet(Message::a2).empty();
}

void CheckSession::open() {
  Target& target = trial_.target;
  if (target.dead) throw Dead("");
  std::string seen = "nothing came";
  keep(Message::a2, {});
  bool answered = false;
  int refused = 0;
  // What was sent at once with others has no place: it may have been answered already.
  std::optional<A1Limit::Place> place;
  const bool sent_before = a1_sent_.has_value();
  if (!sent_before) {
    place.emplace(target.a1_limit);
    send_a1();
  }
  const auto had_company = [&] {
    if (place) return place->be_alone();
    place.emplace(target.a1_limit).be_alone();
    return true;
  };
  const auto is_silent = [&] {
    return net::Clock::now() - target.last_answer.load() > answer_wait;
  };
  const auto first_sent = *a1_sent_;
  auto asked = first_sent;
  auto end = net::Deadline::after(answer_wait);
  bool patient = false;
  while (refused < max_refused) {
    if (end.passed()) {
      if (!answered && had_company()) {
        if (is_silent() && student_id == target.student_id) ++target.unanswered;
        expect_time();
        send_a1();
        asked = *a1_sent_;
        end = net::Deadline::after(answer_wait);
        continue;
      }
      // The verdict that it is dead is not for a server that is only slow.
      const bool last = !answered && target.unanswered + 1 >= max_unanswered;
      if (patient || !last || student_id != target.student_id) break;
      patient = true;
      end = net::Deadline::after(before_dead);
    }
    // What has come already is looked at before an a1 goes out again.
    const auto left = std::max<net::Clock::duration>(*a1_sent_ + a1_wait - net::Clock::now(), 1ms);
    for (const auto due = net::Deadline::after(left); !due.passed();) {
      const Event event = take(due);
      const wire::Bytes a2 = packet(Message::a2);
      if (!a2.empty()) {
        target.unanswered = 0;
        target.last_answer = net::Clock::now();
        a2_came_ = net::Clock::now();
        // How long one took that was sent before is not known: it was not listened for.
        const auto time = place ? a2_came_ - asked : net::Clock::duration(0);
        target.suspects.answered(first_sent, time);
        if (place) place->answered(time);
        a1_sent_.reset();
        return;
      }
      if (event == Event::other) {
        answered = true;
        seen = a2_fault(packet(Message::a1));
      }
      if (event != Event::refused) continue;
      seen = "the port refused it";
      ++refused;
      pause(200ms);
      break;
    }
    send_a1();
  }
  const bool all_refused = refused == max_refused;
  const std::string words = std::string("no a2 came to a right a1") +
                            (all_refused ? ": "
                             : patient   ? " within 30 s: "
                                         : " within 4 s: ") +
                            seen;
  if (answered) throw NotMade(words);
  expect_sent();
  // Another student_id than the usual one may be what is not answered.
  if (student_id != target.student_id) throw Unanswered(words);
  target.suspects.unanswered(first_sent);
  const bool over = ++target.unanswered >= max_unanswered;
  if (over && (is_silent() || all_refused)) target.dead = true;
  if (target.dead) throw Dead(words);
  throw Unanswered(words);
}

void CheckSession::open_with(const Sought<wire::A2>& sought) {
  for (int session = 0; session < max_sessions; ++session) {
    open();
    if (sought.fits(a)) return;
    restart();
  }
  throw Skipped(std::to_string(max_sessions) + " sessions had no " + sought.what);
}

void CheckSession::open_and_deliver_first(const Sought<wire::A2>& sought) {
  while (true) {
    open_with(sought);
    deliver(0);
    if (sought.fits(a)) return;
    restart();
  }
}

void CheckSession::open_with_packets() {
  open_with({[](const wire::A2& a2) { return a2.num > 0; }, "num above 0"});
}

void CheckSession::open_short() {
  constexpr std::uint32_t few_packets = 6;
  constexpr int max_tries = 6;
  std::uint32_t before = 0;
  for (int tries = 1;; ++tries) {
    open();
    const bool slow = a2_came_ - begin_ > 1s || trial_.target.one_after_the_other;
    const bool few = a.num > 1 && a.num <= few_packets;
    if (few || a.num == before || tries == max_tries || slow) return;
    before = a.num;
    restart();
  }
}

void CheckSession::open_short_with_packets() {
  open_short();
  if (a.num > 0) return;
  restart();
  open_with_packets();
}

void expect_serving(Trial& trial) {
  const std::string sent = trial.sent;
  for (int attempt = 1;; ++attempt) {
    try {
      CheckSession(trial).open();
      break;
    } catch (const Unanswered&) {
      if (attempt == max_unanswered) throw;
    }
  }
  trial.sent = sent;
}

}  // namespace client
