#include "wire/dns.hh"

namespace wire {

namespace {

// A domain name, to be passed over: labels with their lengths, until an empty one or a pointer.
void skip_name(Reader& in) {
  while (in.ok()) {
    const std::uint8_t length = in.u8();
    if (length >= 0xc0) in.u8();
    if (length == 0 || length >= 0xc0) return;
    in.take(length);
  }
}

}  // namespace

std::optional<std::string> first_txt(Bytes message) {
  Reader in{message};
  in.take(4);
  const int questions = in.u16();
  const int answers = in.u16();
  in.take(4);
  for (int i = 0; i < questions && in.ok(); ++i) {
    skip_name(in);
    in.take(4);
  }
  for (int i = 0; i < answers && in.ok(); ++i) {
    skip_name(in);
    const std::uint16_t type = in.u16();
    in.take(6);
    Reader data{in.take(in.u16())};
    if (type != dns_type_txt) continue;
    const Bytes text = data.take(data.u8());
    if (!in.ok() || !data.ok()) break;
    return std::string(text.begin(), text.end());
  }
  return std::nullopt;
}

}  // namespace wire
