#include "server/stages/session_record.hh"

#include "wire/json.hh"

namespace server {

namespace {

std::string text_or_null(const std::string& text) {
  return text.empty() ? "null" : wire::json::literal(text);
}

}  // namespace

std::string json_line(const SessionRecord& record) {
  const auto& fault = record.fault;
  return wire::json::Object()
             .add("time", record.time)
             .add("session", record.session)
             .add("peer", record.peer)
             .add("port", record.port)
             .add("id", record.id)
             .add("stage", std::string_view(&record.stage, 1))
             .add_json("complete", record.complete ? "true" : "false")
             .add("duration", record.duration, 3)
             .add("packets_in", record.packets_in)
             .add("packets_out", record.packets_out)
             .add_json("rule", fault ? std::to_string(wire::number(fault->rule)) : "null")
             .add_json("message", text_or_null(record.message))
             .add_json("seen", text_or_null(fault ? fault->seen : ""))
             .add_json("expected", text_or_null(fault ? fault->expected : ""))
             .add_json("guess", text_or_null(fault ? fault->guess : ""))
             .add_json("words", text_or_null(record.words))
             .add_json("wrong", text_or_null(record.wrong))
             .text() +
         '\n';
}

}  // namespace server
