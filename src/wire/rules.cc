#include "wire/rules.hh"

namespace wire {

namespace {

constexpr bool handout = true, silent = false;

constexpr RuleEntry table[] = {
    // What a client must keep; the first four bind the server as well.
    {Rule::size, handout, "a message is a header and its payload, padded to a multiple of 4 bytes"},
    {Rule::payload_len, handout, "payload_len counts the payload, without header and padding"},
    {Rule::psecret, handout, "psecret is the secret of the stage before, 0 in stage a"},
    {Rule::step, handout, "step is 1 in a client's messages and 2 in a server's"},
    {Rule::hello, handout, "the payload of a1 is \"hello world\" and one NUL"},
    {Rule::packet_id, handout, "packet_id is 0 to num-1"},
    {Rule::zeros, handout, "the data of b1 is len bytes of value 0"},
    {Rule::resend, handout, "a packet is sent again no sooner than after 0.5 s"},
    {Rule::until_acked, handout, "what was not acked is sent again, until all num are acked"},
    {Rule::silence, handout, "3 s without a packet end a session, which is then forgotten"},
    {Rule::connection, handout, "c1 is the connection alone: nothing is sent before c2"},
    {Rule::count, handout, "stage d is num2 messages, each with its own header, and no more"},
    {Rule::value, handout, "the data of d1 is len2 bytes of value c"},
    // What a server must keep.
    {Rule::any_client, handout, "student_id may be any of three digits"},
    {Rule::a2, handout, "a right a1 is answered by a2"},
    {Rule::ack, handout, "an ack names the packet_id it acknowledges"},
    {Rule::unacked, handout, "at least one packet of a session is not acked at first"},
    {Rule::b2, handout, "b2 comes when all num packets are there, and not before"},
    {Rule::c2, handout, "c2 comes when the client has connected"},
    {Rule::d2, handout, "d2 comes after num2 right messages, and the connection is closed"},
    {Rule::ports, handout, "a port is 1 to 65535"},
    {Rule::secrets, handout, "each session has four fresh random secrets"},
    {Rule::many, handout, "many clients are served at once, and none harms another"},
    {Rule::stream, silent, "a TCP stream may bring its bytes in any pieces"},
    // Where the handout is silent.
    {Rule::student_id, silent, "student_id is the client's own in every reply"},
    {Rule::any_id, silent, "student_id may be any number up to 65535"},
    {Rule::at_least_one, silent, "counts, lengths and secrets are at least 1"},
    {Rule::new_session, silent, "each a1 opens a session of its own"},
    {Rule::source, silent, "a reply comes from the port to which the client has sent"},
    {Rule::order, silent, "the packets of stage b may come in any order"},
    {Rule::sockets, silent, "the packets of stage b may come from any socket of the client"},
    {Rule::strangers, silent, "a stranger who does not know the secret harms no session"},
    {Rule::b2_again, silent, "a packet that comes again after b2 is answered by b2 again"},
    {Rule::patience, silent, "the client does not end its side of the stream before d2"},
    {Rule::pad, silent, "padding may have any value"},
    {Rule::duplicates, silent, "a packet of stage b that comes again after its ack harms nothing"},
};

constexpr bool in_order() {
  std::size_t next = 1;
  for (const RuleEntry& row : table) {
    if (number(row.rule) != next++) return false;
  }
  return next == number(Rule::duplicates) + 1;
}
static_assert(in_order());

}  // namespace

std::span<const RuleEntry> rules() { return table; }

const RuleEntry& entry(Rule rule) { return table[number(rule) - 1]; }

}  // namespace wire
