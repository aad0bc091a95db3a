// Downloads by the client from scripted servers, to a file named "got".
#pragma once

#include <gtest/gtest.h>

#include <exception>
#include <iterator>
#include <string>

#include "client/services.hh"
#include "support/scripted/web_server.hh"
#include "support/site.hh"

namespace client {

using namespace std::chrono_literals;
using namespace std::string_literals;
using scripted::Script;
using scripted::WebServer;

class WebClient : public testing::Test {
 protected:
  // Downloads to the file "got"; returns the failure's words, or nothing.
  std::string fetch(const std::string& url, bool keep = false) {
    Options options;
    options.host = url;
    options.output = directory_.path("got");
    options.keep = keep;
    options.time = time_;
    try {
      get_web(options);
      return "";
    } catch (const std::exception& failure) {
      return failure.what();
    }
  }
  std::string answer(const std::string& head_and_body, std::size_t piece = 100000,
                     const std::string& host = "127.0.0.1") {
    const WebServer server({{head_and_body, piece}}, host);
    return fetch(server.url("/"));
  }
  std::string content(const std::string& name = "got") { return directory_.content(name); }
  bool exists(const std::string& name) { return std::filesystem::exists(directory_.path(name)); }
  std::size_t files() {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(directory_.path()),
                      std::filesystem::directory_iterator()));
  }

  TemporaryDirectory directory_;
  std::chrono::milliseconds time_ = 30s;
};

const std::string ok = "HTTP/1.1 200 OK\r\n";

}  // namespace client
