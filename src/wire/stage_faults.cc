// The rules of the messages, and the words for what breaks them.
#include <algorithm>
#include <utility>

#include "wire/data_guesses.hh"
#include "wire/text.hh"

namespace wire {

namespace {

// Compares one field of the header.
void compare(std::vector<Fault>& faults, Rule rule, std::string_view field, std::uint32_t seen,
             std::uint32_t expected) {
  if (seen == expected) return;
  faults.push_back(
      {rule, std::string(field) + ' ' + std::to_string(seen), std::to_string(expected)});
}

void add_header_faults(std::vector<Fault>& faults, const Header& seen, const Header& expected) {
  compare(faults, Rule::payload_len, "payload_len", seen.payload_len, expected.payload_len);
  compare(faults, Rule::psecret, "psecret", seen.psecret, expected.psecret);
  compare(faults, Rule::step, "step", seen.step, expected.step);
}

std::optional<Fault> guessed(std::optional<Fault> fault, const Evidence& evidence) {
  if (fault) fault->guess = guess(fault->rule, evidence);
  return fault;
}

// The header, if it is all there: what all messages of a client are judged by first.
std::optional<Fault> judge_header(const Evidence& evidence) {
  const auto header = decode_header(evidence.packet);
  if (!header) return std::nullopt;
  std::vector<Fault> faults;
  add_header_faults(faults, *header, evidence.expected);
  if (faults.empty()) return std::nullopt;
  return guessed(faults.front(), evidence);
}

// Header and size.
std::optional<Fault> judge_frame(const Evidence& evidence) {
  if (auto fault = judge_header(evidence)) return fault;
  const std::size_t size = evidence.packet.size(), payload_len = evidence.expected.payload_len;
  if (size == wire_size(payload_len)) return std::nullopt;
  return guessed(size_fault(evidence.message, size, payload_len), evidence);
}

// The first byte of a payload that is not as expected, counted from 0.
std::optional<Fault> judge_bytes(Rule rule, Bytes seen, std::uint8_t expected) {
  const auto wrong = std::ranges::find_if(seen, [=](auto byte) { return byte != expected; });
  if (wrong == seen.end()) return std::nullopt;
  return Fault{
      rule, "data byte " + std::to_string(wrong - seen.begin()) + " is " + format("0x%02x", *wrong),
      format("0x%02x", expected)};
}

Evidence d1_evidence(Bytes packet, const C2& task, std::uint32_t index,
                     const std::optional<BeforeD1>& before = {}) {
  const Header expected{task.len2, task.secret_c, client_step, 0};
  return {.message = Message::d1,
          .packet = packet,
          .expected = expected,
          .count = task.num2,
          .index = index,
          .c = task.c,
          .before = before};
}

// Told by the payload_len that all but two of the server's messages have for themselves.
Message message_of(const Header& expected) {
  const std::size_t size = expected.payload_len;
  return size == a2_len   ? Message::a2
         : size == b2_len ? Message::b2
         : size == c2_len ? Message::c2
                          : Message::d2;
}

// The secret that stands after the port may have changed places with it.
std::optional<Fault> judge_port(const std::string& name, std::uint32_t port,
                                const std::string& secret_name, std::uint32_t secret) {
  constexpr std::uint32_t min_usual = 1024, max = 65535;
  if (port > 0 && port <= max) return std::nullopt;
  std::string cause = guess_number(port, max);
  if (cause.empty() && port > max && secret >= min_usual && secret <= max)
    cause = name + " and " + secret_name + " exchanged?";
  return Fault{Rule::ports, name + ' ' + std::to_string(port), "1 to 65535", "", cause};
}

// Numbers of a task that no server means, since in the other byte order they are common ones.
void add_odd_counts(std::vector<Fault>& faults, Bytes packet, Message message) {
  const auto add = [&](std::string_view name, std::uint32_t seen) {
    auto cause = guess_number(seen, 0xffff);
    if (cause.empty()) return;
    faults.push_back({Rule::count, std::string(name) + ' ' + std::to_string(seen), "", "", cause});
  };
  if (message == Message::a2) {
    const auto a2 = decode_a2(packet).value_or(A2{});
    add("num", a2.num), add("len", a2.len), add("udp_port", a2.udp_port);
  } else if (message == Message::b2) {
    add("tcp_port", decode_b2(packet).value_or(B2{}).tcp_port);
  } else if (message == Message::c2) {
    const auto c2 = decode_c2(packet).value_or(C2{});
    add("num2", c2.num2), add("len2", c2.len2);
  }
}

}  // namespace

std::optional<Fault> judge_a1(Bytes packet) {
  const Evidence evidence{Message::a1, packet, {hello.size(), 0, client_step, 0}};
  if (auto fault = judge_frame(evidence)) return fault;
  const Bytes payload = packet.subspan(header_size, hello.size());
  if (std::ranges::equal(payload, bytes_of(hello))) return std::nullopt;
  std::string seen;
  for (const std::uint8_t byte : payload) {
    const bool printable = byte >= ' ' && byte <= '~';
    seen += printable ? std::string(1, static_cast<char>(byte)) : byte == 0 ? "\\0" : "?";
  }
  return guessed(Fault{Rule::hello, "payload \"" + seen + '"', "\"hello world\\0\""}, evidence);
}

std::optional<Fault> judge_b1(Bytes packet, const A2& task, bool has_first) {
  const Header expected{task.len + 4, task.secret_a, client_step, 0};
  const Evidence evidence{.message = Message::b1,
                          .packet = packet,
                          .expected = expected,
                          .count = task.num,
                          .has_first = has_first,
                          .udp_port = task.udp_port};
  if (auto fault = judge_frame(evidence)) return fault;
  Reader in{packet.subspan(header_size)};
  const std::uint32_t id = in.u32();
  auto fault = judge_bytes(Rule::zeros, in.take(task.len), 0);
  if (id >= task.num) {
    fault = Fault{Rule::packet_id, "packet_id " + std::to_string(id),
                  "0 to " + std::to_string(task.num - 1)};
  }
  return guessed(std::move(fault), evidence);
}

std::optional<Fault> judge_d1_header(Bytes packet, const C2& task, std::uint32_t index,
                                     const std::optional<BeforeD1>& before) {
  return judge_header(d1_evidence(packet, task, index, before));
}

std::optional<Fault> judge_d1(Bytes packet, const C2& task, std::uint32_t index) {
  const Evidence evidence = d1_evidence(packet, task, index);
  if (auto fault = judge_frame(evidence)) return fault;
  return guessed(judge_bytes(Rule::value, packet.subspan(header_size, task.len2), task.c),
                 evidence);
}

std::optional<Fault> judge_padding(Bytes taken_for_padding, Bytes head, const C2& task) {
  const auto after = Writer().bytes(taken_for_padding).bytes(head).done();
  const auto begins_at = [&](std::size_t at) {
    Reader in{Bytes(after).subspan(at)};
    return in.u32() == task.len2 && in.u32() == task.secret_c && in.ok();
  };
  if (begins_at(taken_for_padding.size())) return std::nullopt;
  for (std::size_t at = 0; at < after.size(); ++at) {
    if (begins_at(at)) return size_fault(Message::d1, header_size + task.len2 + at, task.len2);
  }
  return std::nullopt;
}

std::optional<Fault> judge_ack(std::uint32_t seen, std::uint32_t awaited) {
  if (seen == awaited) return std::nullopt;
  return Fault{Rule::ack, "packet_id " + std::to_string(seen), std::to_string(awaited), "",
               guess_ack(seen, awaited)};
}

Fault stage_b_size_fault(std::size_t seen) {
  std::string cause = guess_size(Message::ack, seen, ack_len);
  if (cause.empty()) cause = guess_size(Message::b2, seen, b2_len);
  return {Rule::size, std::to_string(seen) + " bytes",
          std::to_string(wire_size(ack_len)) + " (ack) or " + std::to_string(wire_size(b2_len)) +
              " (b2)",
          "", cause};
}

std::optional<Fault> judge_no_message(Bytes packet, const A2& task) {
  Fault fault = stage_b_size_fault(packet.size());
  fault.guess = quoted_text(packet);
  if (!fault.guess.empty()) return fault;
  constexpr std::size_t data = header_size + 4;
  const bool longer = packet.size() > wire_size(b2_len);
  if (!longer || packet.size() != wire_size(std::size_t{task.len} + 4)) return std::nullopt;
  if (!all_are(packet.subspan(data), 0) || decode_ack(packet)->packet_id >= task.num)
    return std::nullopt;
  fault.guess = "b1 sent back?";
  return fault;
}

std::optional<Fault> judge_resend(double seconds) {
  constexpr double min_seconds = 0.45;
  if (seconds >= min_seconds) return std::nullopt;
  const int tenths = static_cast<int>(seconds * 10);
  return Fault{Rule::resend, "resent after 0." + std::to_string(tenths) + " s", "",
               "0.5 s at least"};
}

std::vector<Fault> deviations(Bytes packet, const Header& expected) {
  const Message message = message_of(expected);
  const Evidence evidence{message, packet, expected};
  std::vector<Fault> faults;
  if (packet.size() != wire_size(expected.payload_len)) {
    faults.push_back(size_fault(message, packet.size(), expected.payload_len));
  }
  const auto header = decode_header(packet);
  if (header) {
    add_header_faults(faults, *header, expected);
    compare(faults, Rule::student_id, "student_id", header->student_id, expected.student_id);
  }
  for (Fault& fault : faults) fault.guess = guess(fault.rule, evidence);
  // With a header of 14 bytes, all numbers are elsewhere.
  if (header && packet.size() % 4 != 2) add_odd_counts(faults, packet, message);
  return faults;
}

std::string Fault::text() const {
  return seen + (expected.empty() ? "" : ", " + expected + " expected") +
         (since.empty() ? "" : " (" + since + ")") + (guess.empty() ? "" : ": " + guess);
}

Fault size_fault(Message message, std::size_t seen, std::size_t payload_len) {
  return {Rule::size, std::to_string(seen) + " bytes", std::to_string(wire_size(payload_len)),
          seen == wire_size(payload_len) + 4 && payload_len % 4 == 0
              ? ""
              : "payload_len " + std::to_string(payload_len) + ", padded to " +
                    std::to_string(padded(payload_len)),
          guess_size(message, seen, payload_len)};
}

std::optional<Fault> judge_port(const A2& message) {
  return judge_port("udp_port", message.udp_port, "secretA", message.secret_a);
}

std::optional<Fault> judge_port(const B2& message) {
  return judge_port("tcp_port", message.tcp_port, "secretB", message.secret_b);
}

}  // namespace wire
