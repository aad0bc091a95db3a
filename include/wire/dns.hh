// Answers of the Domain Name System, as far as a path tracer asks for them (RFC 1035).
#pragma once

#include <optional>
#include <string>

#include "wire/bytes.hh"

namespace wire {

constexpr std::uint16_t dns_type_txt = 16, dns_class_internet = 1;

// The first text of the first TXT record among a message's answers; nullopt when there is none, or
// when the message is cut or malformed before it.
std::optional<std::string> first_txt(Bytes message);

}  // namespace wire
