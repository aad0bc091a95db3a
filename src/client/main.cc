// client: the four stages with a server of the course's protocol; prints each secret as it is
// known.
#include "cli/program.hh"
#include "client/options.hh"
#include "client/stages.hh"

namespace {

void print_secret(char stage, std::uint32_t secret) {
  cli::print(std::string("secret ") + stage + ": " + std::to_string(secret) + '\n');
}

int body(int argc, char** argv) {
  const client::Options options = client::parse(argc, argv);
  if (options.answer != client::Options::Answer::none) {
    const bool help = options.answer == client::Options::Answer::help;
    cli::print(help ? cli::help_text(client::program) : cli::version_text(client::program));
    return 0;
  }
  const auto deadline = net::Deadline::after(options.time);
  const client::Exchange exchange{
      options.host,       net::resolve(options.host, options.port, options.family, deadline),
      options.student_id, options.window,
      deadline,           client::Narrator(options.verbose)};

  client::AReply a = client::stage_a(exchange);
  print_secret('A', a.message.secret_a);
  const client::BReply b = client::stage_b(exchange, std::move(a));
  print_secret('B', b.message.secret_b);
  client::CReply c = client::stage_c(exchange, b);
  print_secret('C', c.message.secret_c);
  const wire::D2 d = client::stage_d(exchange, std::move(c));
  print_secret('D', d.secret_d);
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(client::program, argc, argv, body); }
