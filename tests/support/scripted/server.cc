#include "support/scripted/session.hh"

#include <algorithm>
#include <array>
#include <random>
#include <utility>

#include "net/kernel.hh"
#include "server/stages/reserved_port.hh"

namespace scripted {

namespace {

// No two sessions have a secret in common, or one could do harm to the other: nor those of another
// test that runs beside this one, since a client's port may have been one of its clients' before.
std::atomic<std::uint32_t> next_secret = std::random_device{}() / 2;

std::uint32_t draw(std::uint32_t min, std::uint32_t max) {
  thread_local std::mt19937 random(std::random_device{}());
  return std::uniform_int_distribution(min, max)(random);
}

}  // namespace

Server::Server(Ways ways)
    : ways_(std::move(ways)),
      udp_(open_or_reserve(ways_.family, SOCK_DGRAM, 0ms)),
      first_secrets_(draw_secrets()),
      thread_([this] { serve(); }) {}

Server::~Server() { stop_ = true; }

std::string Server::complaint() const {
  const std::lock_guard lock(mutex_);
  return complaint_;
}

bool Server::complain(const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (complaint_.empty()) complaint_ = text;
  return false;
}

bool Server::right(char stage, const std::optional<wire::Fault>& fault) {
  if (!fault || ways_.unchecked.contains({stage, fault->rule})) return true;
  return complain(std::string(1, stage) + "1: " + fault->text());
}

std::array<std::uint32_t, 4> Server::draw_secrets() {
  if (ways_.secrets) return *ways_.secrets;
  const std::uint32_t next = next_secret += 4;
  std::array<std::uint32_t, 4> secrets{next, next + 1, next + 2, next + 3};
  for (std::uint32_t& secret : secrets) {
    if (ways_.max_secret > 0) secret = draw(1, ways_.max_secret);
    if (ways_.one_secret) secret = secrets[0];
  }
  return secrets;
}

Packet Server::changed(const std::string& name, Packet packet) const {
  ways_.change(name, packet);
  return packet;
}

Packet Server::read(char stage, wire::Bytes bytes) const {
  Packet packet(bytes.begin(), bytes.end());
  ways_.reads_as(stage, packet);
  return packet;
}

void Server::send(const Session& session, const std::string& name, Packet packet,
                  const net::Address& to) {
  const bool from_fresh_port = name == "a2" ? ways_.a2_from_fresh_port : ways_.acks_from_fresh_port;
  const net::FileDescriptor& usual = name == "a2" ? udp_.socket : session.udp.socket;
  const int fd = from_fresh_port ? session.fresh.get() : usual.get();
  packet = changed(name, std::move(packet));
  if (ways_.garbage) {
    for (const std::size_t size :
         std::initializer_list<std::size_t>{0, 1, 11, 12, 15, 17, 19, 21, 27}) {
      (void)net::send_datagram(fd, Packet(size, 0xff), to);
    }
  }
  session.sleep(ways_.delay);
  (void)net::send_datagram(fd, packet, to);
}

void Server::serve() {
  net::enlarge_receive_buffer(udp_.socket.get());
  std::array<std::uint8_t, 2048> buffer;
  while (!stop_) {
    if (!net::wait_readable({udp_.socket.get()}, net::Deadline::after(tick))) continue;
    const auto a1 = net::receive_datagram(udp_.socket.get(), buffer);
    if (!a1) continue;
    const auto packet = wire::Bytes(buffer).first(std::min(a1->size, buffer.size()));
    if (ways_.dies_of(packet)) {
      stop_ = true;
      sessions_.clear();
      udp_.socket.reset();
      return;
    }
    answer_a1(*a1, packet);
  }
}

void Server::answer_a1(const net::Datagram& a1, wire::Bytes packet) {
  if (!right('a', wire::judge_a1(packet)) || count_ == ways_.dies_after) return;
  const std::uint16_t student_id = wire::decode_header(packet)->student_id;
  if (!ways_.serves(student_id)) return;
  if (ways_.wants_dynamic_source && a1.from.port() < 49152) {
    complain("source port too low");
    return;
  }
  if (a1_lost_ < ways_.a1_lost) {
    ++a1_lost_;
    return;
  }
  std::erase_if(sessions_, [](const Running& running) { return running.over->load(); });
  if (sessions_.size() == ways_.max_sessions) return;
  newest_[student_id] = ++count_;
  if (ways_.a1_workers == 1) std::this_thread::sleep_for(ways_.a1_delay);
  Session session{stop_, a1.from, student_id, count_,
                  open_or_reserve(ways_.family, SOCK_DGRAM, ways_.udp_late)};
  session.fresh = net::open_udp(ways_.family, net::LocalPort::any);
  const auto secrets = ways_.same_secrets ? first_secrets_ : draw_secrets();
  const std::uint32_t max_num2 = count_ <= ways_.sessions_for_nothing ? 0 : ways_.num2;
  const std::uint32_t num2 = ways_.random_num2 ? draw(0, max_num2) : max_num2;
  const auto place = static_cast<std::size_t>(count_ - 1);
  const auto num = place < ways_.first_nums.size() ? ways_.first_nums[place] : ways_.num;
  session.a = {num, ways_.len, session.udp.address.port(), secrets[0]};
  session.b = {0, secrets[1]};
  session.c = {num2, ways_.len2, secrets[2], ways_.c};
  session.d = {secrets[3]};
  if (ways_.newest_session_only && place == 0) {
    held_a2_ = wire::encode(session.a, student_id);
    return;
  }
  if (!held_a2_.empty()) send(session, "a2", std::exchange(held_a2_, {}), a1.from);
  if (ways_.one_client) {
    send(session, "a2", wire::encode(session.a, student_id), session.client);
    return run(session);
  }
  const auto a2_delay = ways_.a1_workers > 1 ? wait_for_a_worker() : 0ms;
  auto over = std::make_shared<std::atomic<bool>>(false);
  net::JoiningThread thread([this, moved = std::move(session), over, a2_delay]() mutable {
    moved.sleep(a2_delay);
    for (int copies = ways_.every_a2_twice ? 2 : 1; copies > 0; --copies) {
      send(moved, "a2", wire::encode(moved.a, moved.student_id), moved.client);
    }
    run(moved);
    *over = true;
  });
  sessions_.push_back({std::move(over), std::move(thread)});
}

// How long until the first worker that is free has answered one more a1.
std::chrono::milliseconds Server::wait_for_a_worker() {
  const auto now = net::Clock::now();
  workers_free_at_.resize(ways_.a1_workers);
  auto& first = *std::ranges::min_element(workers_free_at_);
  first = std::max(first, now) + ways_.a1_delay;
  return std::chrono::ceil<std::chrono::milliseconds>(first - now);
}

void Server::run(Session& session) {
  if (ways_.floods) return flood(session);
  std::unique_lock alone(in_stage_b_, std::defer_lock);
  if (ways_.one_in_stage_b) alone.lock();
  if (!stage_b(session)) return;
  if (alone) alone.unlock();
  auto connection = stage_c(session);
  if (connection && !ways_.closes_at_once) stage_d(session, *connection);
}

void Server::flood(const Session& session) {
  constexpr std::size_t count = 1000, longest = 40;
  for (std::size_t i = 0; i < count && !session.stop; ++i) {
    (void)net::send_datagram(session.udp.socket.get(), Packet(i % longest, 0xff), session.client);
    std::this_thread::sleep_for(1ms);
  }
}

bool Server::stage_b(Session& session) {
  if (ways_.udp_late.count() > 0) {
    session.sleep(ways_.udp_late);
    server::open_port(session.udp);
  }
  const int fd = session.udp.socket.get();
  net::report_arrival_time(fd);
  const std::size_t enough = ways_.b2_early ? session.a.num - 1 : session.a.num;
  Packet buffer(70'000);
  net::Address from = session.client;
  auto silent = net::Deadline::after(silence);
  const auto is_over = [&] {
    return session.acked.size() + session.counted_again >= enough ||
           (ways_.b2_for_last_id && session.acked.contains(session.a.num - 1));
  };
  while (!is_over()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(silent.remaining());
    if (!session.wait(fd, left, ways_.waits_in_b)) return false;
    const auto datagram = net::receive_datagram(fd, buffer);
    if (!datagram || datagram->error) continue;
    if (ways_.newest_client && session.number != count_) return false;
    if (ways_.newest_of_id && session.number != newest_[session.student_id]) return false;
    const auto packet = wire::Bytes(buffer).first(std::min(datagram->size, buffer.size()));
    from = datagram->from;
    const auto fault = wire::judge_b1(read('b', packet), session.a);
    if (!right('b', fault)) {
      // A stranger harms no session.
      const auto header = wire::decode_header(packet);
      const bool knows_secret = header && header->psecret == session.a.secret_a;
      if (ways_.goes_on_after_faults || (from != session.client && !knows_secret)) continue;
      const auto words = wire::bytes_of(ways_.words_for_faults);
      if (!words.empty()) (void)net::send_datagram(fd, words, from);
      return false;
    }
    silent = net::Deadline::after(silence);
    if (!answer_b1(session, wire::decode_ack(packet)->packet_id, *datagram)) return false;
  }
  session.client = from;
  return true;
}

// False when that was the end of the session.
bool Server::answer_b1(Session& session, std::uint32_t id, const net::Datagram& b1) {
  const int arrival = session.arrivals[id]++;
  if (arrival > 0 && b1.arrival - session.last_came[id] < 490ms) {
    complain("a packet came again too soon");
  }
  session.last_came[id] = b1.arrival;
  if (ways_.refuses_duplicates && session.acked.contains(id)) {
    return complain("a packet came again after its ack");
  }
  if (ways_.in_order_only && id > session.acked.size()) return complain("packets out of order");
  const bool unlucky = draw(1, 100) > ways_.ack_percent;
  const bool by_rule = ways_.ack_percent == 100 && !ways_.acks_all &&
                       id == std::min(1U, session.a.num - 1) && arrival == 0;
  const bool early = net::Clock::now() - session.begin < ways_.acks_after;
  if (unlucky || by_rule || early || arrival < ways_.acks_lost) return true;
  if (!session.acked.insert(id).second && ways_.counts_duplicates) ++session.counted_again;
  if (acks_++ < ways_.late_acks) session.sleep(600ms);
  const auto ack = [&](std::uint32_t of) {
    send(session, "ack", wire::encode(wire::Ack{of}, session.a.secret_a, session.student_id),
         b1.from);
  };
  // The last ack, which is not needed any more, comes from stage c.
  if (ways_.b2_before_last_ack && session.acked.size() == session.a.num) return true;
  ack(id);
  if (ways_.every_ack_twice) ack(id);
  if (ways_.stale_acks && id > 0) ack(id - 1);
  return true;
}

}  // namespace scripted
