// http_cases CASES FOLDER NAME/VERSION=PORT…: sends each row of CASES to each server on loopback,
// all of which serve FOLDER, and prints their answers side by side. Fails when
// - the first server, ours, answers anything but what is expected;
// - another one of the version that CASES speaks of differs, and the file does not say why, or says
//   of a difference that is none.
#include <array>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "http/answer.hh"
#include "http/case.hh"
#include "net/connect.hh"
#include "wire/bytes.hh"
#include "wire/http/response.hh"

namespace {

using namespace std::chrono_literals;

struct Server {
  std::string name, version, port, etag;
};

std::string ask(const Server& server, const std::string& bytes) {
  net::Stream stream = net::connect("127.0.0.1", server.port, net::Deadline::after(5s));
  (void)stream.send_all(wire::bytes_of(bytes), net::Deadline::after(5s));
  // The others take the end of what is asked for a loss of interest.
  if (bytes.find("Connection: close") == std::string::npos) stream.half_close();
  std::string all;
  std::array<std::uint8_t, 65536> buffer;
  for (const auto deadline = net::Deadline::after(5s);;) {
    const auto got = stream.receive_some(buffer, deadline);
    if (got.ending == net::Ending::silent) return all + " (silent)";
    if (got.count == 0) return all;
    all.append(reinterpret_cast<const char*>(buffer.data()), got.count);
  }
}

std::string etag_of(const Server& server) {
  const std::string answer =
      ask(server, "GET /file.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const auto size = wire::http::head_end(answer);
  if (!size) throw std::runtime_error(server.name + ": no answer");
  const auto head = wire::http::parse_response(std::string_view(answer).substr(0, *size));
  if (!head) throw std::runtime_error(server.name + ": no right answer");
  return std::string(head->fields.find("ETag").value_or("none"));
}

// The content of the file that a request names, as far as it names one plainly.
std::string content_of(const std::string& folder, const std::string& request) {
  const auto begin = request.find(' ') + 1;
  const std::string path = folder + request.substr(begin, request.find(' ', begin) - begin);
  if (!std::filesystem::is_regular_file(path)) return "";
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string answer_of(const Server& server, const Case& row, const std::string& folder) {
  const std::string bytes = request_bytes(row, server.etag);
  // A Range counts with GET only.
  const bool alike = bytes.starts_with("HEAD ") && bytes.find("Range:") == std::string::npos;
  const std::string as_get = alike ? ask(server, "GET" + bytes.substr(4)) : "";
  return in_words(ask(server, bytes), row.request, content_of(folder, row.request), as_get);
}

}  // namespace

int main(int argc, char** argv) try {
  std::ifstream file(argv[1]);
  const auto cases = read_cases(file);
  std::vector<Server> servers;
  for (int i = 3; i < argc; ++i) {
    const std::string word = argv[i];
    const auto slash = word.find('/'), equals = word.find('=');
    servers.push_back({word.substr(0, slash), word.substr(slash + 1, equals - slash - 1),
                       word.substr(equals + 1), ""});
    servers.back().etag = etag_of(servers.back());
  }
  // The versions that the differences were seen with: "# nginx 1.22.1".
  std::ifstream again(argv[1]);
  std::stringstream text;
  text << again.rdbuf();
  int wrong = 0, unexplained = 0, explained = 0;
  for (const Case& row : cases) {
    std::cout << row.section << "  " << row.request;
    if (!row.fields.empty()) std::cout << " | " << row.fields;
    std::cout << '\n';
    for (const Server& server : servers) {
      const std::string answer = answer_of(server, row, argv[2]);
      const bool ours = &server == &servers.front();
      std::cout << "      " << std::left << std::setw(10) << server.name << answer;
      const auto difference = row.differences.find(server.name);
      const bool known = difference != row.differences.end();
      const std::string awaited = known && !ours ? difference->second.answer : row.expected;
      if (answer == awaited) {
        explained += known ? 1 : 0;
        std::cout << (known ? "  (" + difference->second.reason + ')' : "") << '\n';
        continue;
      }
      std::cout << "  <-- " << awaited << " expected, line " << row.line << '\n';
      if (ours) ++wrong;
      if (!ours &&
          text.str().find("# " + server.name + ' ' + server.version + '\n') != std::string::npos) {
        ++unexplained;
      }
    }
  }
  std::cout << cases.size() << " cases; ours: " << wrong << " wrong; others: " << explained
            << " differences explained, " << unexplained << " not\n";
  return cases.size() >= 100 && wrong + unexplained == 0 ? 0 : 1;
} catch (const std::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
