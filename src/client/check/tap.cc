#include "client/check/tap.hh"

#include "wire/text.hh"

namespace client::tap {

namespace {

constexpr std::string_view subtest_indent = "    ", details_indent = "  ";

// In a description a '#' would begin a directive.
std::string described(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '#' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string begin(int version, std::size_t count) {
  return "TAP version " + std::to_string(version) + "\n1.." + std::to_string(count) + '\n';
}

std::string begin_subtest(std::string_view title, std::size_t count) {
  return "# Subtest: " + std::string(title) + '\n' + std::string(subtest_indent) + "1.." +
         std::to_string(count) + '\n';
}

std::string bail_out(std::string_view why) { return "Bail out! " + std::string(why) + '\n'; }

std::string text(const Line& line, bool nested) {
  const std::string indent(nested ? subtest_indent : "");
  std::string out = indent + (line.ok ? "ok " : "not ok ") + std::to_string(line.number) + " - " +
                    described(line.title);
  if (!line.skip.empty()) {
    out += " # SKIP " + wire::visible(line.skip);
  } else if (!line.todo.empty()) {
    out += " # TODO " + line.todo;
  }
  out += '\n';
  if (line.details.empty()) return out;
  const std::string inner = indent + std::string(details_indent);
  out += inner + "---\n";
  for (const auto& [key, value] : line.details) {
    out += inner + std::string(key) + ": " + wire::quoted(value) + '\n';
  }
  return out + inner + "...\n";
}

}  // namespace client::tap
