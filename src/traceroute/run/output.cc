#include "traceroute/run/output.hh"

#include <ctime>

#include "net/socket.hh"
#include "traceroute/networks/picture.hh"
#include "traceroute/report/atlas.hh"
#include "traceroute/report/summarize.hh"
#include "traceroute/run/terminal.hh"

namespace traceroute {

namespace {

std::string our_address(const Plan& plan) {
  const auto source = plan.source ? plan.source : net::source_towards(plan.destination);
  return source ? source->host() : "";
}

}  // namespace

std::string take_lines(std::deque<Hop>& hops, AddressInfo& info, Names names) {
  std::string lines;
  while (!hops.empty() && (names == Names::known || info.is_ready(hops.front()))) {
    lines += line(hops.front(), info.style());
    hops.pop_front();
  }
  return lines;
}

Output::Output(const Options& options, AddressInfo& info)
    : options_(options),
      info_(info),
      form_(options.json                                        ? Form::json
            : options.map                                       ? Form::map
            : options.targets.empty() && !options.both_families ? Form::lines
                                                                : Form::blocks) {}

bool Output::show(Run& run, Names names) {
  run.text += take_lines(run.hops, info_, names);
  const bool whole = run.trace.done() && run.hops.empty();
  const bool nothing = !run.failure.empty() && run.trace.probes().empty();
  const bool has_hops = run.trace.last_ttl() >= run.trace.plan().first_ttl;
  const auto summary = [&] {
    const Trace& trace = run.trace;
    return summarize(trace.plan(), trace.hops(), info_.style(), our_address(trace.plan()));
  };
  if (whole && nothing) {
    fail(run.trace.plan(), run.failure);
    return true;
  }
  if (form_ == Form::json) {
    if (!whole) return false;
    cli::print(atlas_result(run.trace, info_.style(),
                            {run.started, run.ended, our_address(run.trace.plan()), run.failure}));
  } else if (form_ == Form::map) {
    run.text.clear();
    if (whole && has_hops) map_.add(summary());
  } else if (form_ == Form::lines || whole) {
    cli::print(run.text);
    run.text.clear();
  }
  if (whole && has_hops && options_.networks) {
    cli::print('\n' + picture(summary(), {locale_is_utf8(), options_.explained}));
  }
  if (whole && !run.failure.empty()) cli::say(run.failure);
  return whole;
}

void Output::fail(const Plan& plan, const std::string& why) {
  cli::say(why);
  if (form_ == Form::json) cli::print(atlas_error(plan, why, std::time(nullptr)));
}

void Output::finish() {
  if (form_ == Form::map && map_.paths > 0) cli::print(map_svg(map_));
}

}  // namespace traceroute
