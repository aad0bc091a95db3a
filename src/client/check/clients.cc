// How a server takes its clients.
#include "client/check/clients.hh"

#include <algorithm>
#include <list>
#include <thread>
#include <utility>

#include "client/check/session.hh"

namespace client {

namespace {

// How long as many sessions, begun at once, take to open.
net::Clock::duration time_to_open(Trial& trial, int count) {
  std::list<CheckSession> sessions;
  const auto begin = net::Clock::now();
  for (int i = 0; i < count; ++i) sessions.emplace_back(trial).send_a1();
  for (CheckSession& session : sessions) session.open();
  return net::Clock::now() - begin;
}

// Whether as many a1s, sent at once, are answered in the order in which they were sent, by when the
// answers came, however late they are looked at. Eight are so by chance once in 40,320 times.
bool are_answered_in_order(Trial& trial, int count, net::Deadline end) {
  std::list<CheckSession> sessions;
  for (int i = 0; i < count; ++i) sessions.emplace_back(trial).send_a1();
  std::chrono::nanoseconds last{0};
  return std::ranges::all_of(sessions, [&](CheckSession& session) {
    return session.is_answered(end) && std::exchange(last, session.a2_arrival) < session.a2_arrival;
  });
}

// Finds out whether the server takes its time for each a1, and one after the other: four take much
// longer than one then, and they are answered in order, as they are not where each takes a while
// for itself by chance. A busy machine only makes a time longer: the shortest of several counts.
// Returns how long it takes then for all the sessions of the checks.
net::Clock::duration find_order(Target& target) {
  constexpr int at_once = 4, all_sessions = 400, samples = 4;
  Trial trial{target, 0, net::Deadline::after(30s)};
  const auto enough = net::Deadline::after(4s);
  auto all = time_to_open(trial, at_once);
  auto one = all;
  for (int taken = 0; taken < samples && all > 200ms && (taken == 0 || !enough.passed()); ++taken) {
    const auto time = time_to_open(trial, 1);
    target.a1_limit.add_time_of_one(time);
    one = std::min(one, time);
    all = std::min(all, time_to_open(trial, at_once));
  }
  const auto in_order = [&](net::Clock::duration wait) {
    return are_answered_in_order(trial, 2 * at_once, net::Deadline::after(wait));
  };
  // Again, since an a1 or its answer may have been lost; those of the first time go before.
  target.one_after_the_other =
      all > 200ms && all > 2 * one && (in_order(4 * all) || in_order(8 * all));
  return target.one_after_the_other ? all / at_once * all_sessions : net::Clock::duration(0);
}

// Whether a2 comes before the deadline, and then the ack of packet 0.
bool is_served(CheckSession& session, net::Deadline deadline) {
  if (session.packet(Message::a2).empty() && !session.is_answered(deadline)) return false;
  while (session.a.num > 0 && !session.acked.contains(0) && !session.has_b2) {
    if (deadline.passed()) return false;
    session.send_b1(0);
    const auto due = net::Deadline::after(resend_interval).or_sooner(deadline);
    while (!due.passed() && session.acked.empty() && !session.has_b2) session.take(due);
  }
  return true;
}

// Whether the server serves a session only when the one before is over, which was left: three
// times, so that it is no chance, as where half of the acks are left out. What was seen late, since
// this process was held up, makes the next one seem too soon: one that is so by no more than a
// while says nothing. Returns what had to wait, in words; empty if nothing had.
std::string waits_for_session_before(Target& target) {
  constexpr int max_tries = 5, enough = 3;
  constexpr std::chrono::milliseconds soon{1500}, before_the_end{2700},
      soon_after{2000};  // the end is after 3 s of silence
  Trial trial{target, 0, net::Deadline::after(40s)};
  auto begin = target.last_answer.load();
  if (net::Clock::now() - begin > 1s) CheckSession(trial).open(), begin = net::Clock::now();
  int after_the_end = 0;
  bool a2_waits = false;
  for (int tries = 0; tries < max_tries && after_the_end < enough; ++tries) {
    CheckSession next(trial);
    next.send_a1();
    a2_waits = !next.is_answered(net::Deadline(begin + soon));
    if (is_served(next, net::Deadline(begin + soon))) return "";
    if (!is_served(next, net::Deadline(begin + before_the_end))) {
      if (!is_served(next, net::Deadline::after(soon_after))) return "";
      ++after_the_end;
    }
    begin = net::Clock::now();
  }
  if (after_the_end < enough) return "";
  if (a2_waits) return "it answered an a1 only when the session before was over";
  // It may take as long for the acks of a session that is alone.
  std::this_thread::sleep_for(forget_wait);
  CheckSession alone(trial);
  alone.send_a1();
  return is_served(alone, net::Deadline::after(soon))
             ? "it acked a packet only when the session before was over"
             : "";
}

// Whether another a1, of this student_id, is the end of the session before, as where one state
// serves all: twice, and the same session is answered when it is alone.
bool ends_session_before(Target& target, std::uint16_t other_id) {
  constexpr int max_tries = 2, max_tries_for_len = 16;
  Trial trial{target, 0, net::Deadline::after(60s)};
  const auto is_acked = [](CheckSession& session) {
    try {
      session.deliver(0);
      return true;
    } catch (const NotMade&) {
      return false;
    }
  };
  for (int tries = 0; tries < max_tries; ++tries) {
    CheckSession session(trial), other(trial), alone(trial);
    session.open_with_packets();
    other.student_id = other_id;
    other.open();
    if (is_acked(session)) return false;
    // Of the same padding, which may be what was not acked.
    int sessions = 0;
    do {
      if (++sessions > max_tries_for_len) return false;
      alone.restart();
      alone.open_with_packets();
    } while (alone.a.len % 4 != session.a.len % 4);
    if (!is_acked(alone)) return false;
  }
  return true;
}

// The same in words; empty if it is not so.
std::string newest_client_only(Target& target) {
  const std::uint16_t id = target.student_id, other_id = id ^ 1;
  if (!ends_session_before(target, id)) return "";
  std::string words = "another a1 ended a session that was answered when it was alone";
  try {
    if (!ends_session_before(target, other_id))
      return words + ", but not one of another student_id";
  } catch (const NotMade&) {
    // It may not serve that one.
  }
  return words;
}

}  // namespace

net::Clock::duration find_how_clients_are_taken(Target& target, bool many_at_once) {
  if (many_at_once) target.one_client = waits_for_session_before(target);
  if (!target.one_client.empty()) return {};
  const auto waiting = find_order(target);
  try {
    if (many_at_once) target.one_client = newest_client_only(target);
  } catch (const std::exception&) {
    // The checks will say what is wrong.
  }
  return waiting;
}

}  // namespace client
