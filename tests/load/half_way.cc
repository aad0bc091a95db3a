// half_way HOST PORT COUNT: opens COUNT sessions of a four-stage server, one after the other, and
// leaves each where it is, in stage b. Says how many a2 came. For scripts/bench-stages.
#include "cli/program.hh"
#include "client/stages/stages.hh"

namespace {

int body(int argc, char** argv) {
  if (argc != 4) throw cli::UsageError("HOST PORT COUNT expected");
  const auto port = static_cast<std::uint16_t>(cli::number(argv[2], 1, 65535, "PORT"));
  const auto count = cli::number(argv[3], 1, 1'000'000, "COUNT");
  const auto deadline = net::Deadline::after(std::chrono::seconds(60));
  const client::Exchange exchange{argv[1],  net::resolve(argv[1], port, net::Family::any, deadline),
                                  461,      1,
                                  deadline, client::Narrator(false)};
  for (std::uint64_t i = 0; i < count; ++i) client::stage_a(exchange);
  cli::print(std::to_string(count) + '\n');
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return cli::run("half_way", argc, argv, body); }
