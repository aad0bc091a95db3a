// The report as one JSON object; its fields are in the man page.
#include "cli/json.hh"

#include "cli/program.hh"
#include "client/check/report.hh"

namespace client {

namespace {

using cli::json_string;

std::string result_name(const Result& result, const std::string& excuse) {
  if (result.kind == Result::Kind::skipped) return "skipped";
  if (result.ok()) return "ok";
  return excuse.empty() ? "failed" : "todo";
}

class JsonReport : public Report {
 public:
  void begin(const std::string& server, std::size_t) override {
    cli::print("{\"server\": " + json_string(server) + ", \"checks\": [");
  }
  void begin_group(const CheckGroup& group) override { stage_ = group.title; }
  void add(const Check& check, const Result& result) override {
    const std::string excuse = excuse_of(check, result);
    std::string text = first_ ? "\n" : ",\n";
    first_ = false;
    text += "{\"number\": " + std::to_string(check.number);
    text += member("title", check.title) + member("stage", stage_);
    text += member("result", result_name(result, excuse));
    text += ", \"rule\": " + std::to_string(wire::number(check.rule));
    if (result.kind == Result::Kind::skipped) text += member("why", result.seen);
    if (!result.ok()) {
      text += member("sent", result.sent) + member("expected", check.expected) +
              member("seen", result.seen);
      if (!excuse.empty()) text += member("why", excuse);
    }
    cli::print(text + "}");
  }
  void end_group(const CheckGroup&, bool) override {}
  void bail_out(const std::string& why) override {
    cli::print("\n], \"bail_out\": " + json_string(why) + "}\n");
  }
  void end(const Counts& counts) override {
    cli::print("\n], \"made\": " + std::to_string(counts.made) +
               ", \"failed\": " + std::to_string(counts.failed) +
               ", \"todo\": " + std::to_string(counts.silent) + "}\n");
  }

 private:
  static std::string member(std::string_view name, std::string_view value) {
    return ", " + json_string(name) + ": " + json_string(value);
  }

  bool first_ = true;
  std::string stage_;
};

}  // namespace

std::unique_ptr<Report> json_report() { return std::make_unique<JsonReport>(); }

}  // namespace client
