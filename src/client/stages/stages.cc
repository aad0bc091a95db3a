#include "client/stages/stages.hh"

#include <utility>

#include "cli/program.hh"
#include "client/services.hh"

namespace client {

namespace {

void print_secret(char stage, std::uint32_t secret) {
  cli::print(std::string("secret ") + stage + ": " + std::to_string(secret) + '\n');
}

}  // namespace

void go_through_stages(const Options& options) {
  const auto deadline = net::Deadline::after(options.time);
  const Exchange exchange{
      options.host,       net::resolve(options.host, options.port, options.family, deadline),
      options.student_id, options.window,
      deadline,           Narrator(options.verbose)};

  AReply a = stage_a(exchange);
  print_secret('A', a.message.secret_a);
  const BReply b = stage_b(exchange, std::move(a));
  print_secret('B', b.message.secret_b);
  CReply c = stage_c(exchange, b);
  print_secret('C', c.message.secret_c);
  const wire::D2 d = stage_d(exchange, std::move(c));
  print_secret('D', d.secret_d);
}

}  // namespace client
