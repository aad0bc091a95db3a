#include "server/web/web.hh"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "server/web/response.hh"
#include "server/web/web_file.hh"
#include "wire/bytes.hh"
#include "wire/http/chunked.hh"
#include "wire/http/date.hh"
#include "wire/http/request.hh"
#include "wire/http/target.hh"

namespace server {

namespace {

namespace http = wire::http;
using http::Status;

constexpr std::size_t max_head = 16384;
constexpr std::size_t room_for_body = 4096;         // bodies are only passed over
constexpr std::uint64_t max_body = 1048576;         // passed over; beyond it 413
constexpr std::uint64_t max_chunks = 2 * max_body;  // with their sizes, extensions and trailer
constexpr std::uint64_t max_prompt = 65536;  // bytes of answers; more may still be on its way
constexpr auto farewell = std::chrono::seconds(2);  // for a peer to read the end, or to send on
constexpr auto moment = std::chrono::seconds(1);    // after which a connection is idle
constexpr std::string_view allowed = "GET, HEAD, OPTIONS";

// As far as it came: who speaks another protocol, such as TLS, often ends no line.
std::string_view request_line_in(std::string_view head) {
  std::string_view rest = http::without_empty_lines(head);
  return http::take_line(rest).value_or(rest);
}

// The value of the Date field, made anew each second.
class DateField {
 public:
  std::string_view at(std::int64_t now) {
    if (now != second_) text_ = http::format_date(second_ = now);
    return text_;
  }

 private:
  std::int64_t second_ = -1;
  std::string text_;
};

class WebConnection {
 public:
  WebConnection(net::Stream& stream, const net::Address& peer, const Site& site)
      : stream_(stream), peer_(peer), site_(site), out_(stream, site.silence) {}

  // Serves requests until the connection ends, or none has come for a moment: whether it is then to
  // be waited for.
  bool run() {
    while (serve_one()) {
    }
    if (is_idle_) return true;
    out_.flush_before_end();
    stream_.half_close();  // a reset, for what has come and is not read, must not overtake it
    // An upload that was refused goes on, before its sender looks for an answer.
    const auto end = net::Deadline::after(site_.silence + farewell);
    while (linger_ && !end.passed() &&
           stream_.receive_some(in_, net::Deadline::after(farewell)).ending == net::Ending::full) {
    }
    return false;
  }

 private:
  enum class Wait { came, ended, refused };

  bool serve_one();
  Wait await_head();
  void move_to_front();
  std::optional<Status> pass_over_body(const http::Framing& framing);
  bool receive(net::Deadline deadline);
  bool refuse(Status status, std::string_view head);
  void dispatch(Response& answer, const http::Request& request, std::int64_t now);

  [[nodiscard]] std::string_view pending() const {
    return wire::text_of(in_).substr(begin_, end_ - begin_);
  }

  net::Stream& stream_;
  const net::Address& peer_;
  const Site& site_;
  ResponseBuffer out_;
  DateField date_;
  Status refusal_ = Status::bad_request;
  bool linger_ = false;   // the peer may still be sending
  bool is_idle_ = false;  // it has sent nothing for a moment
  std::size_t begin_ = 0, end_ = 0;
  std::size_t head_size_ = 0;
  std::array<std::uint8_t, max_head + room_for_body> in_;  // pending() is [begin_, end_)
};

// Receives more into the free part of the buffer. What is to say is said first: the peer may be
// waiting for it.
bool WebConnection::receive(net::Deadline deadline) {
  out_.flush();
  const auto got = stream_.receive_soon(std::span(in_).subspan(end_), deadline);
  end_ += got.count;
  if (got.ending == net::Ending::silent) refusal_ = Status::request_timeout;
  return got.ending == net::Ending::full && out_.ok();
}

void WebConnection::move_to_front() {
  std::copy(in_.begin() + begin_, in_.begin() + end_, in_.begin());
  end_ -= begin_;
  begin_ = 0;
}

// Waits until a whole head is pending, of head_size_ bytes.
WebConnection::Wait WebConnection::await_head() {
  auto deadline = net::Deadline::after(site_.silence);
  while (true) {
    // Who has sent empty lines alone is idle: no request has begun (RFC 9112, section 2.2).
    begin_ = end_ - http::without_empty_lines(pending()).size();
    const auto size = http::head_end(pending());
    if (size && *size <= max_head) {
      head_size_ = *size;
      // The body is passed over behind the head, which stays: there must be room for it.
      if (in_.size() - begin_ - head_size_ < room_for_body) move_to_front();
      return Wait::came;
    }
    auto refusal = size ? Status::head_too_large : http::refuse_early(pending());
    if (!refusal && pending().size() > max_head) refusal = Status::head_too_large;
    if (refusal) {
      refusal_ = *refusal;
      return Wait::refused;
    }
    const bool idle = begin_ == end_;
    move_to_front();
    refusal_ = Status::bad_request;
    const bool can_sleep = idle && site_.silence > moment;
    if (!receive(can_sleep ? net::Deadline::after(moment) : deadline)) {
      is_idle_ = can_sleep && refusal_ == Status::request_timeout && out_.ok();
      return !idle && refusal_ == Status::request_timeout ? Wait::refused : Wait::ended;
    }
    // The whole head is measured against one clock, so that a byte now and then does not hold a
    // thread for ever.
    if (idle) deadline = net::Deadline::after(site_.silence);
  }
}

// Reads a body and forgets it, so that it is not taken for the next request; behind the head, which
// is still in use. Returns why not, if it cannot.
std::optional<Status> WebConnection::pass_over_body(const http::Framing& framing) {
  if (framing.length > max_body) return Status::content_too_large;
  const std::size_t behind_head = begin_;
  const auto deadline = net::Deadline::after(site_.silence);
  http::ChunkedDecoder decoder(http::From::client);
  std::uint64_t length = 0, chunks = 0;  // the latter with what frames them
  while (framing.chunked ? !decoder.done() : length < framing.length) {
    if (pending().empty()) {
      begin_ = end_ = behind_head;
      refusal_ = Status::bad_request;
      if (!receive(deadline)) return refusal_;
    }
    if (framing.chunked) {
      const auto step = decoder.step(pending());
      begin_ += step.consumed;
      length += step.content.size();
      chunks += step.consumed;
      if (decoder.bad()) return Status::bad_request;
      if (length > max_body || chunks > max_chunks) return Status::content_too_large;
    } else {
      const auto count = std::min<std::uint64_t>(framing.length - length, pending().size());
      begin_ += static_cast<std::size_t>(count);
      length += count;
    }
  }
  return std::nullopt;
}

// Answers with a refusal after which the connection cannot go on; returns false. Of a refused head
// that has not ended, `head` is what came.
bool WebConnection::refuse(Status status, std::string_view head) {
  const std::int64_t now = time(nullptr);
  const bool without_body = http::without_empty_lines(head).starts_with("HEAD ");
  Response answer(out_, date_.at(now), Response::Connection::close, without_body);
  answer.begin(status).page();
  if (site_.log) {
    log_request(*site_.log, peer_, now, request_line_in(head), status, answer.sent());
  }
  linger_ = true;
  return false;
}

// Serves the next request; false when it was the last one.
bool WebConnection::serve_one() {
  const Wait wait = await_head();
  if (wait == Wait::refused) return refuse(refusal_, pending());
  if (wait == Wait::ended) return false;
  const std::string_view head = pending().substr(0, head_size_);
  begin_ += head_size_;
  const auto parsed = http::parse_request(head);
  if (parsed.refusal) return refuse(*parsed.refusal, head);
  const http::Request& request = parsed.value;
  const auto framing = http::request_framing(request);
  if (framing.refusal) return refuse(*framing.refusal, head);

  const auto expectation = http::expectation_of(request);
  if (expectation == http::Expectation::other) return refuse(Status::expectation_failed, head);
  if (expectation == http::Expectation::go_on && !framing.value.empty() &&
      framing.value.length <= max_body && pending().empty()) {
    out_ << "HTTP/1.1 100 Continue\r\n\r\n";
  }
  if (const auto refusal = pass_over_body(framing.value)) return refuse(*refusal, head);

  const bool persistent = http::wants_persistence(request);
  const auto connection = !persistent                  ? Response::Connection::close
                          : request.minor_version == 0 ? Response::Connection::persistent_1_0
                                                       : Response::Connection::persistent;
  const std::int64_t now = time(nullptr);
  Response answer(out_, date_.at(now), connection, request.method == "HEAD");
  dispatch(answer, request, now);
  if (site_.log) {
    log_request(*site_.log, peer_, now, request_line_in(head), answer.status(), answer.sent());
  }
  // It wanted the close, and sends on, or may do so before it has got all.
  if (!persistent && (!pending().empty() || out_.taken() > max_prompt)) linger_ = true;
  return persistent && out_.ok();
}

void WebConnection::dispatch(Response& answer, const http::Request& request, std::int64_t now) {
  const std::string_view method = request.method;
  if (method == "GET" || method == "HEAD" || method == "OPTIONS") {
    const auto origin = http::origin_of(request.target);
    const bool whole_server = method == "OPTIONS" && request.target == "*";
    if (origin.refusal && !whole_server) {
      answer.begin(*origin.refusal).page("The target is neither a path nor an http URL.");
    } else if (method == "OPTIONS") {
      answer.begin(Status::no_content).field("Allow", allowed).no_body();
    } else {
      answer_path(answer, request, origin.value, site_, now);
    }
  } else if (http::is_known_method(method)) {
    answer.begin(Status::method_not_allowed)
        .field("Allow", allowed)
        .page("Files can be read here, and nothing else.");
  } else {
    answer.begin(Status::not_implemented).page();
  }
}

// Its frame has the buffers: that of serve_web, in which a connection sleeps, must not.
[[gnu::noinline]] bool serve_requests(net::Stream& connection, const net::Address& peer,
                                      const Site& site) {
  return WebConnection(connection, peer, site).run();
}

}  // namespace

void serve_web(net::Stream& connection, const net::Address& peer, const Site& site) {
  while (serve_requests(connection, peer, site)) {
    if (!connection.sleep_until_readable(net::Deadline::after(site.silence - moment))) return;
  }
}

void refuse_web(net::Stream& connection) {
  ResponseBuffer out(connection, std::chrono::milliseconds(100));
  const std::string date = http::format_date(time(nullptr));
  Response answer(out, date, Response::Connection::close, false);
  answer.begin(Status::unavailable)
      .field("Retry-After", "5")
      .page("As many are served as can be. Try again soon.");
  out.flush();
}

}  // namespace server
