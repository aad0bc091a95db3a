#include "server/stages/stage_session.hh"

#include <sys/socket.h>

#include "cli/program.hh"
#include "net/error.hh"
#include "net/kernel.hh"
#include "net/wait.hh"
#include "server/random.hh"
#include "server/stages/reserved_port.hh"
#include "wire/json.hh"
#include "wire/text.hh"

namespace server {

namespace {

// How long the end of a connection waits for the client's own end.
constexpr auto patience = std::chrono::milliseconds(500);

// After which a session that waits gives back memory.
constexpr auto moment = std::chrono::milliseconds(250);

// Sources of one session that are remembered: some clients use a new socket for each packet.
constexpr std::size_t max_sources = 64;

// What is still looked at when the client's time is over: more than what may have come before and
// waited in the socket, and a bound for strangers who send without end.
constexpr unsigned max_after_silence = 4096;

// The fields of what may be a b1, in clear.
std::string b1_text(wire::Bytes packet) {
  const auto header = wire::decode_header(packet);
  if (!header) return std::to_string(packet.size()) + " bytes";
  const auto ack = wire::decode_ack(packet);  // which has a packet_id in the same place
  return wire::text(*header) + (ack ? "; packet_id " + std::to_string(ack->packet_id) : "");
}

std::string seconds_text(std::chrono::duration<double> span, int decimals) {
  return wire::format("%.*f s", decimals, span.count());
}

}  // namespace

StageSession::StageSession(std::uint64_t number, const net::Address& client,
                           const net::Address& local, std::uint16_t student_id,
                           const StageRules& rules)
    : number_(number),
      client_(client),
      student_id_(student_id),
      rules_(rules),
      plan_(rules.exercise_seed ? exercising_plan(*rules.exercise_seed + number - 1)
                                : plain_plan(random_number, rules.loss_percent)),
      numbers_(plan_.numbers),
      log_(numbers_.a.num),
      missing_(numbers_.a.num),
      sources_{client},
      udp_(open_or_reserve(local, SOCK_DGRAM, plan_.udp_late)) {
  numbers_.a.udp_port = udp_.address.port();
  net::report_arrival_time(udp_.socket.get());
}

// The port of a later stage, which is named before it is there if it comes late.
net::Listener StageSession::open_or_reserve(const net::Address& local, int type,
                                            std::chrono::milliseconds late) {
  const net::Address address = local.with_port(0);
  return late.count() > 0 ? reserve_port(address, type)
                          : std::move(net::listen_on({address}, {type}).front());
}

std::vector<std::uint8_t> StageSession::a2() const { return wire::encode(numbers_.a, student_id_); }

void StageSession::run(net::ThreadPool& pool, std::error_code a2_unsent) {
  pool_ = &pool;
  unsent_ = a2_unsent;
  std::optional<net::Stream> connection;
  std::optional<net::StopRegistration> registration;
  if (rules_.verbose) {
    narrate("< a1 from " + client_.text(), "student_id " + std::to_string(student_id_));
    narrate("> a2 to " + client_.text(), wire::text(numbers_.a));
  }
  try {
    stage_b();
    connection.emplace(stage_c());
    registration.emplace(pool, connection->get());
    stage_d(*connection);
    cli::say(summary("all four stages") +
             wire::format("; secrets %u %u %u %u", numbers_.a.secret_a, numbers_.b.secret_b,
                          numbers_.c.secret_c, numbers_.d.secret_d) +
             conduct());
    record(nullptr);
  } catch (Ended& ended) {
    if (unsent_) {
      // A client that got no answer breaks no rule by its silence.
      if (ended.fault && ended.fault->rule == wire::Rule::silence) ended.fault.reset();
      ended.context += "; the last packet to it could not be sent: " + unsent_.message();
    }
    if (rules_.exercise_seed && ended.fault) log_.wrong(ended.fault->rule, ended.what);
    cli::say(summary(std::string("ended in stage ") + stage_) + ": " + ended.what + ended.context +
             conduct());
    record(&ended);
  } catch (const std::exception& error) {
    cli::say(summary(std::string("failed in stage ") + stage_) + ": " + net::reason(error));
    const Ended failed{net::reason(error)};
    record(&failed);
  }
  if (connection) connection->finish(net::Deadline::after(patience));
}

void StageSession::expect_within(std::chrono::milliseconds span) {
  silent_ = net::Deadline::after(span);
  since_silent_ = 0;
}

StageSession::Input StageSession::wait() {
  while (true) {
    const net::Deadline next = timers_.do_due().or_sooner(silent_).or_sooner(standstill_);
    const auto fds = {tcp_open_ ? tcp_.socket.get() : -1, udp_.socket.get()};
    auto ready = net::wait_readable(fds, next.or_sooner(net::Deadline::after(moment)));
    if (!ready && !next.passed()) {
      net::give_back_stack();
      ready = net::wait_readable(fds, next);
    }
    const Input input = !ready ? Input::none : *ready == 0 ? Input::connection : Input::datagram;
    // A connection is something new, though there may be no descriptor for it.
    if (standstill_.passed() && input != Input::connection) {
      throw Ended{"nothing new for " + standstill_text() + ", only packets that were acked before"};
    }
    const bool silent = silent_.passed();
    if (ready && (!silent || ++since_silent_ < max_after_silence)) return input;
    if (silent) return Input::none;
  }
}

// The next datagram that counts: what a stranger sends without the right psecret is passed over.
bool StageSession::receive(Arrival& arrival) {
  const auto datagram = net::receive_datagram(udp_.socket.get(), arrival.buffer);
  check_stopping();
  if (!datagram || datagram->error) return false;
  arrival.datagram = *datagram;
  const net::Address& from = datagram->from;
  narrate("< b1 from " + from.text(), b1_text(arrival.packet()));
  if (!belongs(arrival.packet(), from)) {
    pass_over(arrival);
    return false;
  }
  ++received_;
  // The newest source stands last: b2 goes there.
  std::erase(sources_, from);
  if (sources_.size() == max_sources) sources_.erase(sources_.begin());
  sources_.push_back(from);
  return true;
}

bool StageSession::belongs(wire::Bytes packet, const net::Address& from) const {
  const auto header = wire::decode_header(packet);
  if (header && header->psecret == numbers_.a.secret_a) return true;
  return std::ranges::find(sources_, from) != sources_.end();
}

// The client may have sent it, from another socket and with a wrong psecret. Then it is told why
// nothing came of it.
void StageSession::pass_over(const Arrival& arrival) {
  const net::Address& from = arrival.datagram.from;
  if (!passed_over_.empty() || !from.same_host(client_)) return;
  passed_over_ = "; passed over, since it came from " + from.text() +
                 " without secretA: " + fault_of(arrival)->text();
}

std::optional<wire::Fault> StageSession::fault_of(const Arrival& arrival) const {
  const bool has_first = log_.arrivals(0) > 0;
  return with_size(wire::judge_b1(arrival.packet(), numbers_.a, has_first), arrival.datagram);
}

void StageSession::send(wire::Bytes packet, const net::Address& to, const std::string& name,
                        const std::string& fields) {
  narrate("> " + name + " to " + to.text(),
          wire::text(*wire::decode_header(packet)) + "; " + fields);
  // What cannot be sent is as good as lost: the client asks again.
  unsent_ = net::send_datagram(udp_.socket.get(), packet, to);
  if (!unsent_) ++sent_;
}

std::string StageSession::standstill_text() const { return seconds_text(max_standstill(), 1); }

std::string StageSession::silence_text() const { return seconds_text(rules_.silence, 1); }

void StageSession::check_stopping() const {
  if (pool_->stopping()) throw Ended{"the server was stopped"};
}

void StageSession::narrate(const std::string& event, const std::string& fields) const {
  if (!rules_.verbose) return;
  cli::say("session " + std::to_string(number_) + ": " + event + " at " +
           seconds_text(net::Clock::now() - begin_, 3) + (fields.empty() ? "" : ": " + fields));
}

// What the line at the end adds: how an exercised client was treated, and what a client did wrong.
std::string StageSession::conduct() const {
  if (rules_.exercise_seed) {
    return "; seed " + std::to_string(*rules_.exercise_seed + number_ - 1) + ": " + plan_.text() +
           "; " + log_.text();
  }
  const std::string wrong = log_.wrong_text();
  return wrong.empty() ? "" : "; wrong: " + wrong;
}

// Its fields are described in server(8).
void StageSession::record(const Ended* ended) const {
  if (!rules_.records) return;
  const auto text_or_null = [](const std::string& text) {
    return text.empty() ? "null" : wire::json::literal(text);
  };
  const std::chrono::duration<double> duration = net::Clock::now() - begin_;
  const auto fault = ended ? ended->fault : std::nullopt;
  wire::json::Object line;
  line.add("time", cli::time_stamp(time_))
      .add("session", number_)
      .add("peer", client_.host())
      .add("port", client_.port())
      .add("id", student_id_)
      .add("stage", std::string_view(&stage_, 1))
      .add_json("complete", ended ? "false" : "true")
      .add("duration", duration.count(), 3)
      .add("packets_in", received_)
      .add("packets_out", sent_)
      .add_json("rule", fault ? std::to_string(wire::number(fault->rule)) : "null")
      .add_json("message", text_or_null(ended ? ended->message : ""))
      .add_json("seen", text_or_null(fault ? fault->seen : ""))
      .add_json("expected", text_or_null(fault ? fault->expected : ""))
      .add_json("guess", text_or_null(fault ? fault->guess : ""))
      .add_json("words", text_or_null(ended ? ended->what + ended->context : ""))
      .add_json("wrong", text_or_null(log_.wrong_text()));
  rules_.records->write(line.text() + '\n');
}

std::string StageSession::summary(const std::string& outcome) const {
  return "session " + std::to_string(number_) + ": " + client_.text() + " id " +
         std::to_string(student_id_) + ": " + outcome + " after " +
         seconds_text(net::Clock::now() - begin_, 3) + ", packets: " + std::to_string(received_) +
         " in, " + std::to_string(sent_) + " out";
}

}  // namespace server
