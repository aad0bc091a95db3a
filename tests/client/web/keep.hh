// Downloads by -k, of which the first one is cut after 5 bytes.
#pragma once

#include "support/web_client.hh"

namespace client {

const std::string part = "HTTP/1.1 206 Partial Content\r\n";
const std::string tag = "ETag: \"a\"\r\n";
const std::string cut = ok + tag + "Content-Length: 9\r\n\r\nhello";  // 5 bytes of 9
const std::string rest = part + tag + "Content-Range: bytes 5-8/9\r\nContent-Length: 4\r\n\r\n you";
const std::string whole = ok + tag + "Content-Length: 9\r\n\r\nhello you";
const std::string anew = ok + "ETag: \"b\"\r\nContent-Length: 8\r\n\r\nbye, you";
const std::string unavailable = "HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n";

class Keep : public WebClient {
 protected:
  static std::string range_of(const std::string& request) {
    const auto begin = request.find("Range: ");
    return begin == std::string::npos ? "" : request.substr(begin, request.size() - begin - 4);
  }
};

}  // namespace client
