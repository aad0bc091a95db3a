#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "cli/program.hh"
#include "client/progress.hh"
#include "client/services.hh"
#include "client/standard_io.hh"
#include "client/web/http_reader.hh"
#include "client/web/output.hh"
#include "net/connect.hh"
#include "net/stream.hh"
#include "wire/bytes.hh"
#include "wire/http/conditional.hh"
#include "wire/http/response.hh"
#include "wire/http/url.hh"

namespace client {

namespace {

namespace http = wire::http;

constexpr int max_redirects = 20;

// As messages show what a server has sent, which may be as long as a head.
std::string brief(std::string_view text) {
  constexpr std::size_t max_shown = 200;
  return std::string(text.substr(0, max_shown)) + (text.size() > max_shown ? "..." : "");
}

// Why a text is no URL to go to.
std::string fault_of(const std::string& text) {
  const bool https = http::begins_ignoring_case(text, "https://");
  return brief(text) + (https ? ": https is not supported"
                              : ": no http URL with a host in ASCII and no user name");
}

http::Url checked_url(const std::string& text) {
  const auto url = http::parse_url(text);
  if (!url) throw cli::Failure(fault_of(text));
  return *url;
}

bool is_redirect(int status) {
  return (status >= 300 && status <= 303) || status == 307 || status == 308;
}

// By 204 and 205 a server says that there is none.
bool is_page(int status) { return status < 300 && status != 204 && status != 205; }

// Some servers send a page as a part of all its bytes, though all was asked for.
bool is_all(const http::Response& response) {
  const auto range = http::only_range(response.fields);
  const http::BodyEnd end = http::body_end(response);
  return range && range->first == 0 && range->size == range->last + 1 &&
         (end.by != http::BodyEnd::By::length || end.length == range->size);
}

// By these a server may refuse the range, or If-Range, and not the page.
bool may_refuse_range(int status) {
  constexpr std::array statuses = {304, 400, 403, 406, 412, 416, 417, 501};
  return std::ranges::find(statuses, status) != statuses.end();
}

// Whether a response that need not say of which state of the page it speaks does so.
bool names_state(const http::Fields& fields) {
  return fields.find("ETag") || fields.find("Last-Modified");
}

class WebFetch {
 public:
  explicit WebFetch(const Options& options)
      : options_(options), url_(checked_url(options.host)), output_(options.output, options.keep) {}

  void run() {
    // A redirect costs one more request, as do a part that is shorter than what was asked for and a
    // page that is not what was kept.
    std::uint64_t size = 0;
    for (int redirects = 0; redirects <= max_redirects; ++redirects) {
      if (fetch()) return output_.complete();
      if (output_.size() > std::exchange(size, output_.size())) redirects = 0;
    }
    throw cli::Failure(options_.host + ": more than " + std::to_string(max_redirects) +
                       " redirects, the last one to " + name());
  }

 private:
  // The URL in messages.
  [[nodiscard]] std::string name() const { return brief(url_.text()); }
  [[noreturn]] void fail(const std::string& what) const {
    throw cli::Failure(name() + ": " + what);
  }
  // One request and its response; false when another request must follow.
  bool fetch();
  std::string request(bool rest) const;
  std::optional<http::Url> redirection(const http::Response& response) const;
  // Whether what is there already is the beginning of the page at url_, and can be gone on with.
  bool can_continue() const;
  bool says_whole(const http::Response& response) const;
  bool fetch_rest(HttpReader& reader, const http::Response& response);
  bool fetch_whole(HttpReader& reader, const http::Response& response, bool rest);
  bool take(HttpReader& reader, http::BodyEnd end, std::uint64_t max);
  // The page may not be what the kept file is the beginning of, or the server cannot go on with it.
  // What is kept stays until the whole page comes.
  bool ask_for_all() {
    if (options_.verbose) cli::say(name() + ": no rest of what is kept: all is asked for again");
    all_ = true;
    return false;
  }

  const Options& options_;
  http::Url url_;
  Output output_;
  bool all_ = false;  // is asked for, whatever is kept
};

bool WebFetch::can_continue() const {
  const auto& partial = output_.partial();
  return !all_ && output_.size() > 0 && partial && partial->url == url_.text() &&
         output_.size() <= partial->total.value_or(output_.size());
}

std::string WebFetch::request(bool rest) const {
  std::string text = "GET " + url_.target + " HTTP/1.1\r\nHost: " + url_.authority() +
                     "\r\nUser-Agent: sockhop-client\r\nAccept: */*\r\n"
                     "Accept-Encoding: identity\r\nConnection: close\r\n";
  if (rest) {
    text += "Range: bytes=" + std::to_string(output_.size()) +
            "-\r\nIf-Range: " + output_.partial()->validator + "\r\n";
  }
  return text + "\r\n";
}

std::optional<http::Url> WebFetch::redirection(const http::Response& response) const {
  const auto location = response.fields.find("Location");
  if (!is_redirect(response.status) || !location) return std::nullopt;
  // A reference to the page itself leads nowhere: its body is the answer.
  if (http::trim(location->substr(0, location->find('#'))).empty()) return std::nullopt;
  const std::string reference(*location);
  auto url = http::resolve_reference(url_, reference);
  if (!url) throw cli::Failure(name() + " redirects to " + fault_of(reference));
  return url;
}

// Takes a body of at most `max` bytes to the output; false where more came.
bool WebFetch::take(HttpReader& reader, http::BodyEnd end, std::uint64_t max) {
  const std::uint64_t before = output_.size();
  const bool known = end.by == http::BodyEnd::By::length;
  Progress progress(known ? std::optional(before + end.length) : std::nullopt,
                    output_.is_terminal());
  bool fits = true;
  reader.body(end, [&](std::span<const std::uint8_t> piece) {
    fits = piece.size() <= max - (output_.size() - before);
    if (fits) output_.write(piece);
    progress.at(output_.size());
    return fits;
  });
  return fits;
}

// A 206. It may be shorter than what was asked for (RFC 9110, section 15.3.7).
bool WebFetch::fetch_rest(HttpReader& reader, const http::Response& response) {
  const auto& kept = *output_.partial();
  const auto range = http::only_range(response.fields);
  if (!range || range->first != output_.size()) return ask_for_all();
  const http::BodyEnd end = http::body_end(response);
  const std::uint64_t length = range->last - range->first + 1;
  if (end.by == http::BodyEnd::By::length && end.length != length) return ask_for_all();
  const auto total = range->size ? range->size : kept.total;
  const bool other_total = total != kept.total && kept.total;
  if (!total || other_total || range->last >= *total) return ask_for_all();
  if (!http::has_validator(response.fields, kept.validator)) return ask_for_all();
  if (!kept.total) output_.set_total(*total);
  const std::uint64_t before = output_.size();
  const bool fits = take(reader, end, length);
  const std::uint64_t came = output_.size() - before;
  if (fits && came == length) return output_.size() == *total;
  // A close may be a cut. The last chunk says that this is all.
  if (fits && end.by != http::BodyEnd::By::chunked) {
    fail("the body ended after " + std::to_string(came) + " bytes of the " +
         std::to_string(length) + " of its Content-Range");
  }
  output_.shorten(before);  // none of it is what its head says
  return ask_for_all();
}

// Whether a 416 says that what is kept is all of the page.
bool WebFetch::says_whole(const http::Response& response) const {
  const std::string all = "bytes */" + std::to_string(output_.size());
  const auto& kept = *output_.partial();
  return kept.total == output_.size() && response.fields.find("Content-Range") == all &&
         (!names_state(response.fields) || http::has_validator(response.fields, kept.validator));
}

bool WebFetch::fetch() {
  const auto begin = net::Deadline::after(options_.time);
  net::Stream connection =
      net::connect(url_.node(), std::to_string(url_.port), begin, options_.family);
  const bool rest = can_continue();
  const std::string text = request(rest);
  if (options_.verbose) say_head("> ", text);
  // A server that refuses before it has read all may break the connection; its answer tells more.
  (void)connection.send_all(wire::bytes_of(text), begin);
  HttpReader reader(connection, name(), options_.time, options_.verbose);
  const http::Response response = reader.head();
  if (auto next = redirection(response)) {
    url_ = std::move(*next);
    return false;
  }
  if (response.status == 416 && rest && says_whole(response)) return true;
  if (rest && may_refuse_range(response.status)) return ask_for_all();
  if (!is_page(response.status)) {
    try {
      reader.body(http::body_end(response), [](std::span<const std::uint8_t> piece) {
        write_all(STDOUT_FILENO, piece, "standard output");
        return true;
      });
    } catch (const std::exception&) {
      // The status says more than what became of the page that explains it.
    }
    fail(std::to_string(response.status) + ' ' + brief(response.reason));
  }
  if (const auto coding = http::unasked_coding(response.fields, url_.target)) {
    fail("came with Content-Encoding \"" + brief(*coding) + "\", which was not asked for");
  }
  if (response.status == 206 && rest) return fetch_rest(reader, response);
  if (response.status == 206 && !is_all(response)) fail("a part came that was not asked for");
  return fetch_whole(reader, response, rest);
}

// A 200, or the like, or a 206 of all. `rest` says that less was asked for.
bool WebFetch::fetch_whole(HttpReader& reader, const http::Response& response, bool rest) {
  // The field has no meaning here (RFC 9110, section 14.4), unless the status is what is wrong.
  if (rest && response.fields.count("Content-Range") > 0) return ask_for_all();
  const http::BodyEnd end = http::body_end(response);
  const bool known = end.by == http::BodyEnd::By::length;
  // The same state of another length would be the rest alone, without the status for it.
  const bool same = rest && names_state(response.fields) &&
                    http::has_validator(response.fields, output_.partial()->validator);
  std::optional<std::uint64_t> whole;
  if (same) whole = output_.partial()->total;
  if (response.status == 206) whole = http::only_range(response.fields)->size;
  if (known && whole && *whole != end.length) return ask_for_all();
  std::optional<Partial> partial;
  if (const auto validator = http::if_range_validator(response.fields, time(nullptr))) {
    partial = {url_.text(), std::string(*validator),
               known ? std::optional(end.length) : std::nullopt};
  }
  output_.start_over(std::move(partial));
  (void)take(reader, end, std::numeric_limits<std::uint64_t>::max());
  const std::uint64_t came = output_.size();
  if (!whole || came == *whole) return true;
  output_.start_over({});
  fail("the body ended after " + std::to_string(came) + " bytes of a page of " +
       std::to_string(*whole));
}

}  // namespace

void get_web(const Options& options) { WebFetch(options).run(); }

}  // namespace client
