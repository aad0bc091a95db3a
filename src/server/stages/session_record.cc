#include "server/stages/session_record.hh"

#include "cli/json.hh"
#include "wire/text.hh"

namespace server {

namespace {

std::string text_or_null(const std::string& text) {
  return text.empty() ? "null" : cli::json_string(text);
}

}  // namespace

std::string json_line(const SessionRecord& record) {
  const auto& fault = record.fault;
  return "{\"time\":" + cli::json_string(record.time) +
         ",\"session\":" + std::to_string(record.session) +
         ",\"peer\":" + cli::json_string(record.peer) + ",\"port\":" + std::to_string(record.port) +
         ",\"id\":" + std::to_string(record.id) + ",\"stage\":\"" + record.stage +
         "\",\"complete\":" + (record.complete ? "true" : "false") +
         wire::format(",\"duration\":%.3f", record.duration) +
         ",\"packets_in\":" + std::to_string(record.packets_in) +
         ",\"packets_out\":" + std::to_string(record.packets_out) +
         ",\"rule\":" + (fault ? std::to_string(wire::number(fault->rule)) : "null") +
         ",\"message\":" + text_or_null(record.message) +
         ",\"seen\":" + text_or_null(fault ? fault->seen : "") +
         ",\"expected\":" + text_or_null(fault ? fault->expected : "") +
         ",\"guess\":" + text_or_null(fault ? fault->guess : "") +
         ",\"words\":" + text_or_null(record.words) + ",\"wrong\":" + text_or_null(record.wrong) +
         "}\n";
}

}  // namespace server
