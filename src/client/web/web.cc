#include <unistd.h>

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "cli/program.hh"
#include "client/services.hh"
#include "client/standard_io.hh"
#include "client/web/download.hh"
#include "client/web/http_reader.hh"
#include "client/web/progress.hh"
#include "net/address.hh"
#include "net/connect.hh"
#include "net/stream.hh"
#include "wire/bytes.hh"
#include "wire/http/date.hh"
#include "wire/http/response.hh"
#include "wire/http/url.hh"

namespace client {

namespace {

namespace http = wire::http;

constexpr int max_redirects = 10;

// Why a text is no URL to go to.
std::string fault_of(const std::string& text) {
  const bool https = http::equal_ignoring_case(text.substr(0, 8), "https://");
  return text + (https ? ": https is not supported" : ": no http URL without a user name");
}

http::Url checked_url(const std::string& text) {
  const auto url = http::parse_url(text);
  if (!url) throw cli::Failure(fault_of(text));
  return *url;
}

bool is_redirect(int status) {
  constexpr std::array statuses = {301, 302, 303, 307, 308};
  for (const int redirect : statuses) {
    if (status == redirect) return true;
  }
  return false;
}

class WebFetch {
 public:
  explicit WebFetch(const Options& options) : options_(options), url_(checked_url(options.host)) {
    if (!options.output.empty()) download_.emplace(options.output, options.keep);
  }

  void run() {
    // A resumption that turns out to be impossible costs one more request, a redirect one each.
    for (int redirects = 0; redirects <= max_redirects; ++redirects) {
      if (fetch()) return;
    }
    throw cli::Failure(options_.host + ": more than " + std::to_string(max_redirects) +
                       " redirects");
  }

 private:
  // One request and its response; false when another request must follow.
  bool fetch();
  std::string request() const;
  std::optional<http::Url> redirection(const http::Response& response) const;
  // Whether the body of the response is wanted in the file.
  bool prepare_file(const http::Response& response);
  bool resumes() const { return download_ && download_->size() > 0 && download_->modified(); }

  const Options& options_;
  http::Url url_;
  std::optional<Download> download_;
};

std::string WebFetch::request() const {
  std::string text = "GET " + url_.target + " HTTP/1.1\r\nHost: " + url_.authority() +
                     "\r\nUser-Agent: sockhop-client\r\nAccept: */*\r\n"
                     "Accept-Encoding: identity\r\nConnection: close\r\n";
  if (resumes()) {
    text += "Range: bytes=" + std::to_string(download_->size()) +
            "-\r\nIf-Range: " + http::format_date(*download_->modified()) + "\r\n";
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
  if (!url) throw cli::Failure(url_.text() + " redirects to " + fault_of(reference));
  return url;
}

bool WebFetch::prepare_file(const http::Response& response) {
  const bool partial = response.status == 206;
  if (partial) {
    const auto range =
        http::parse_content_range(response.fields.find("Content-Range").value_or(""));
    if (!resumes() || !range || range->first != download_->size()) {
      throw cli::Failure(url_.text() + ": a part came that was not asked for");
    }
  } else if (download_) {
    download_->start_over();
  }
  if (!download_) return false;
  const auto modified = response.fields.find("Last-Modified");
  download_->set_modified(modified ? http::parse_date(*modified, time(nullptr)) : std::nullopt);
  return true;
}

bool WebFetch::fetch() {
  const auto begin = net::Deadline::after(options_.time);
  net::Stream connection(
      net::connect_tcp(net::resolve(url_.node(), url_.port, options_.family, begin), begin));
  const std::string text = request();
  if (options_.verbose) {
    std::string_view rest = text;
    while (const auto line = http::take_line(rest)) {
      if (!line->empty()) cli::say("> " + std::string(*line));
    }
  }
  // A server that refuses before it has read all may break the connection; its answer tells more.
  (void)connection.send_all(wire::bytes_of(text), begin);
  HttpReader reader(connection, url_.text(), options_.time, options_.verbose);
  const http::Response response = reader.head();
  if (auto next = redirection(response)) {
    url_ = std::move(*next);
    return false;
  }
  // 416 to a resumption: there is no more, or it is another file by now.
  if (response.status == 416 && resumes()) {
    const std::string all = "bytes */" + std::to_string(download_->size());
    if (response.fields.find("Content-Range") == all) {
      download_->complete();
      return true;
    }
    download_->start_over();
    return false;
  }
  const bool success = response.status < 300;
  const bool to_file = success && prepare_file(response);
  const int out = to_file ? download_->fd() : STDOUT_FILENO;
  const std::string out_name = to_file ? download_->name() : "standard output";
  const http::BodyEnd end = http::body_end(response);
  std::uint64_t count = to_file ? download_->size() : 0;
  const bool known = end.by == http::BodyEnd::By::length;
  Progress progress(known ? std::optional(count + end.length) : std::nullopt);
  reader.body(end, [&](std::span<const std::uint8_t> piece) {
    write_all(out, piece, out_name);
    count += piece.size();
    progress.at(count);
  });
  if (!success) {
    throw cli::Failure(url_.text() + ": " + std::to_string(response.status) + ' ' +
                       std::string(response.reason));
  }
  if (to_file) download_->complete();
  return true;
}

}  // namespace

void get_web(const Options& options) { WebFetch(options).run(); }

}  // namespace client
