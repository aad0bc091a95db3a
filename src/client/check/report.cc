#include "client/check/report.hh"

#include <cstdlib>

#include "cli/program.hh"
#include "wire/json.hh"
#include "wire/text.hh"

namespace client {

namespace {

using wire::json::literal;

// The Test Anything Protocol, version 14, with one level of subtests, which a harness that knows
// version 13 alone takes for comments.
class TapReport : public Report {
 public:
  void begin(const std::string& server, std::size_t groups) override {
    server_ = server;
    // The harness of Perl, prove, ends at version 13; this variable tells that it is there.
    const std::string version = std::getenv("HARNESS_ACTIVE") ? "13" : "14";
    cli::print("TAP version " + version + '\n' + plan(groups));
  }
  void begin_group(const CheckGroup& group) override {
    cli::print("# Subtest: " + std::string(group.title) + "\n    " + plan(group.checks.size()));
    checks_ = 0;
  }
  void add(const Check& check, const Result& result) override {
    // The protocol counts the lines; a check's own number stays when others are added.
    std::string text = "    " + line(result.ok(), ++checks_) + std::to_string(check.number) + ' ' +
                       std::string(check.title);
    const std::string excuse = excuse_of(check, result);
    if (result.kind == Result::Kind::skipped) {
      text += " # SKIP " + wire::visible(result.seen);
    } else if (!excuse.empty()) {
      text += " # TODO " + excuse;
    }
    text += '\n';
    if (!result.ok()) {
      text += "      ---\n" + detail("sent", result.sent.empty() ? "nothing" : result.sent) +
              detail("expected", check.expected) + detail("seen", result.seen) +
              detail("rule", wire::entry(check.rule).clause) + "      ...\n";
    }
    cli::print(text);
  }
  void end_group(const CheckGroup& group, bool ok) override {
    cli::print(line(ok, ++groups_) + std::string(group.title) + '\n');
  }
  void bail_out(const std::string& why) override { cli::print("Bail out! " + why + '\n'); }
  void end(const Counts& counts) override {
    cli::print("# " + std::to_string(counts.made) + " checks of " + server_ + ": " +
               std::to_string(counts.failed) + " failed, and " + std::to_string(counts.silent) +
               " more where the handout is silent\n");
  }

 private:
  static std::string plan(std::size_t count) { return "1.." + std::to_string(count) + '\n'; }
  static std::string line(bool ok, std::size_t number) {
    return (ok ? "ok " : "not ok ") + std::to_string(number) + " - ";
  }
  // Of the YAML block of a failure.
  static std::string detail(const std::string& key, std::string_view value) {
    return "      " + key + ": " + wire::quoted(value) + '\n';
  }

  std::string server_;
  std::size_t groups_ = 0, checks_ = 0;  // begun; of the group, reported
};

std::string result_name(const Result& result, const std::string& excuse) {
  if (result.kind == Result::Kind::skipped) return "skipped";
  if (result.ok()) return "ok";
  return excuse.empty() ? "failed" : "todo";
}

// One object; its fields are in the man page.
class JsonReport : public Report {
 public:
  void begin(const std::string& server, std::size_t) override {
    cli::print("{\"server\": " + literal(server) + ", \"checks\": [");
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
    cli::print("\n], \"bail_out\": " + literal(why) + "}\n");
  }
  void end(const Counts& counts) override {
    cli::print("\n], \"made\": " + std::to_string(counts.made) +
               ", \"failed\": " + std::to_string(counts.failed) +
               ", \"todo\": " + std::to_string(counts.silent) + "}\n");
  }

 private:
  static std::string member(std::string_view name, std::string_view value) {
    return ", " + literal(name) + ": " + literal(value);
  }

  bool first_ = true;
  std::string stage_;
};

}  // namespace

std::string excuse_of(const Check& check, const Result& result) {
  return wire::entry(check.rule).in_handout ? result.excuse : "the handout is silent";
}

std::unique_ptr<Report> tap_report() { return std::make_unique<TapReport>(); }

std::unique_ptr<Report> json_report() { return std::make_unique<JsonReport>(); }

}  // namespace client
