// A site below a directory of its own, asked by whole messages.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "server/document_root.hh"
#include "server/web/web.hh"
#include "support/site.hh"

namespace server {

using namespace std::chrono_literals;

class Web : public testing::Test {
 protected:
  Web() {
    directory_.directory("www");
    directory_.file("secret", "secret");
    directory_.directory("www/dir");
    directory_.directory("www/indexed");
    directory_.file("www/hello.txt", "hello");
    directory_.file("www/empty", "");
    directory_.file("www/indexed/index.html", "<p>");
    root_.emplace(directory_.path("www"));
    site_ = {&*root_, 30s, false, nullptr};
  }

  std::function<void(net::Stream&)> handler() {
    return [this](net::Stream& stream) { serve_web(stream, net::Address(), site_); };
  }
  // All that comes back for some bytes and the end of the stream, without the Date fields; an ETag
  // is told by the size in it: "5-state".
  std::string answer(const std::string& bytes) { return without_dates(answer_as_it_is(bytes)); }
  std::string answer_as_it_is(const std::string& bytes) {
    Conversation conversation(handler());
    conversation.send(bytes);
    conversation.end();
    return conversation.receive_all();
  }
  std::string etag_of(const std::string& target) {
    const std::string head = answer_as_it_is("HEAD " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    std::smatch found;
    std::regex_search(head, found, std::regex("\r\nETag: (\"[^\r]*\")\r\n"));
    return found[1];
  }
  static std::string without_dates(const std::string& text) {
    static const std::regex date(
        "Date: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-3][0-9] [A-Z][a-z]{2} [0-9]{4} "
        "[0-2][0-9]:[0-5][0-9]:[0-6][0-9] GMT\r\n");
    static const std::regex etag("ETag: \"([0-9a-f]+)-[0-9a-f]+\"\r\n");
    return std::regex_replace(std::regex_replace(text, date, ""), etag, "ETag: \"$1-state\"\r\n");
  }
  // The answer to one GET of a target, with more fields.
  std::string get(const std::string& target, const std::string& fields = "") {
    return answer("GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
  }
  static std::string status(const std::string& answer) {
    return answer.substr(0, answer.find("\r\n"));
  }
  // A page as every refusal has it.
  static std::string page(const std::string& status, const std::string& fields,
                          const std::string& explanation) {
    const std::string body =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + status +
        "</title></head>\n<body><h1>" + status + "</h1><p>" + explanation + "</p></body></html>\n";
    return "HTTP/1.1 " + status + "\r\n" + fields +
           "Content-Type: text/html; charset=utf-8\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  // Expects the texts in a page, one after the other.
  static void expect_in_order(const std::string& page, const std::vector<std::string>& texts) {
    std::size_t at = 0;
    for (const std::string& text : texts) {
      const auto found = page.find(text, at);
      ASSERT_NE(found, std::string::npos) << text << " in " << page;
      at = found + text.size();
    }
  }

  TemporaryDirectory directory_;
  std::optional<DocumentRoot> root_;
  Site site_;
};

}  // namespace server
