// A web server's whole answer, read by the client: in pieces as the input cuts them, and whole.
// Both times it ends in the same way, no more is taken for the body than came, and what the client
// says of the server is so.
#include "cli/program.hh"
#include "client/web/http_reader.hh"
#include "pieces.hh"

namespace {

using fuzz::require;

using namespace std::chrono_literals;

struct Result {
  std::string body;
  std::string failure;
  bool operator==(const Result&) const = default;
};

Result read(const std::vector<std::string>& pieces, bool ends, std::chrono::milliseconds silence) {
  fuzz::Pieces connection(pieces, ends);
  net::Stream stream = connection.take();
  client::HttpReader reader(stream, "peer", silence, false);
  Result result;
  try {
    const auto response = reader.head();
    require(response.status >= 200 && response.status <= 999, "a final status");
    reader.body(wire::http::body_end(response), [&](std::span<const std::uint8_t> piece) {
      require(!piece.empty(), "a piece with bytes");
      result.body.append(piece.begin(), piece.end());
      return true;
    });
  } catch (const cli::Failure& failure) {
    result.failure = failure.what();
    require(!result.failure.empty(), "a reason");
  }
  return result;
}

// "the body ended after 3 bytes of 10".
void check_accusation(const Result& result, bool ends, std::size_t size) {
  const std::string& text = result.failure;
  unsigned long long had = 0, of = 0;
  if (std::sscanf(text.c_str(), "peer: the body ended after %llu bytes of %llu", &had, &of) == 2) {
    require(ends && had == result.body.size() && had < of, text);
  }
  if (std::sscanf(text.c_str(), "peer: closed after %llu bytes", &had) == 1) {
    require(ends && had <= size && result.body.empty(), text);
  }
  // What the server itself said is quoted.
  if (text.find('"') != text.npos) return;
  require(ends || text.find("the body ended") == text.npos, text);
  require(!ends || text.find("nothing came for") == text.npos, text);
  require(text.find("the connection broke") == text.npos, text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input in(data, size);
  const bool ends = !in.one_in(16);
  const std::string cuts = in.take(32);
  const std::string text = in.take(size);
  fuzz::Input places(reinterpret_cast<const std::uint8_t*>(cuts.data()), cuts.size());
  const auto pieces = fuzz::cut(places, text);
  // Only a stream that does not end is waited for, and briefly at first: on a busy machine what was
  // sent may come later.
  const std::chrono::milliseconds silence = ends ? 10s : 1ms;
  Result cut = read(pieces, ends, silence), whole = read({text}, ends, silence);
  if (!ends && cut != whole) {
    cut = read(pieces, ends, 2s);
    whole = read({text}, ends, 2s);
  }
  require(cut == whole, "pieces make a difference: " + cut.failure + " / " + whole.failure);
  require(cut.body.size() <= text.size(), "no more than came");
  check_accusation(cut, ends, text.size());
  return 0;
}
