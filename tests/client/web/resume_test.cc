// client -k against a server that cuts, changes and lies, until it reports success: the file is
// then right. SOCKHOP_RUNS and SOCKHOP_SEED make more of it, or the same again.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>

#include "net/listener.hh"
#include "support/from_environment.hh"
#include "support/site.hh"
#include "support/spawned.hh"
#include "wire/http/date.hh"
#include "wire/http/field.hh"

namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_size = 200000;  // more than what one read takes

// Random choices, all from one seed.
class Chance {
 public:
  explicit Chance(unsigned seed) : engine_(seed) {}
  std::size_t below(std::size_t bound) { return engine_() % bound; }
  bool one_in(std::size_t n) { return below(n) == 0; }

 private:
  std::mt19937 engine_;
};

// A page as it is at present, and all that it has been.
struct Page {
  std::vector<std::string> versions;
  std::string etag;  // as sent, or empty
  std::int64_t modified = 0;

  [[nodiscard]] const std::string& content() const { return versions.back(); }
};

// How the server is for one sequence of runs.
struct Ways {
  enum class IfRange { exact, not_later, ignored };
  IfRange if_range = IfRange::exact;
  bool strong_etags = true, weak_etags = false;
  bool two_pages = false;      // whose ETags and sizes are the same
  bool lengths_known = false;  // every 200 has a Content-Length
  std::size_t restless = 2;    // one request in so many finds another content
};

class Server {
 public:
  Server(Ways ways, unsigned seed)
      : ways_(ways),
        chance_(seed),
        listener_(
            std::move(net::listen_on({*net::Address::parse("127.0.0.1")}, {SOCK_STREAM}).front())),
        thread_([this] { serve(); }) {}
  ~Server() {
    shutdown(listener_.socket.get(), SHUT_RDWR);
    thread_.join();
  }
  [[nodiscard]] std::string url(bool b) const {
    return "http://" + listener_.address.text() + (b ? "/b" : "/a");
  }
  // From now on: no cuts, no lies, no change.
  void behave() { behaves_ = true; }
  // Whether the page is this, or was once.
  bool ever_was(bool b, const std::string& content) {
    const std::lock_guard lock(mutex_);
    const auto& versions = pages_[b ? 1 : 0].versions;
    return std::find(versions.begin(), versions.end(), content) != versions.end();
  }
  [[nodiscard]] std::size_t parts() const { return parts_; }

 private:
  void serve() {
    {
      const std::lock_guard lock(mutex_);
      for (Page& page : pages_) change(page);
    }
    while (true) {
      net::FileDescriptor accepted = net::accept_tcp(listener_.socket.get()).socket;
      if (!accepted) return;
      net::Stream stream(std::move(accepted));
      std::string head;
      std::uint8_t buffer[4096];
      while (head.find("\r\n\r\n") == std::string::npos) {
        const auto got = stream.receive_some(buffer, net::Deadline::after(30s));
        if (got.count == 0) break;
        head.append(reinterpret_cast<const char*>(buffer), got.count);
      }
      if (head.find("\r\n\r\n") == std::string::npos) continue;
      std::string answer;
      bool reset = false;
      {
        const std::lock_guard lock(mutex_);
        answer = answer_to(head, reset);
      }
      (void)stream.send_all(wire::bytes_of(answer), net::Deadline::after(30s));
      if (reset) stream.reset_on_close();
    }
  }

  bool odd(std::size_t n) { return !behaves_ && chance_.one_in(n); }

  // Another content; of the same length at times.
  void change(Page& page) {
    const bool same_size = !page.versions.empty() && chance_.one_in(2);
    std::string content(same_size         ? page.content().size()
                        : ways_.two_pages ? max_size
                                          : chance_.below(max_size),
                        '\0');
    for (char& c : content) c = static_cast<char>('a' + chance_.below(26));
    page.versions.push_back(content);
    page.modified = now_;
    new_etag(page);
  }
  void new_etag(Page& page) {
    const std::size_t number = ways_.two_pages ? page.versions.size() : ++etags_;
    const std::string opaque = '"' + std::to_string(number) + '"';
    page.etag = ways_.weak_etags ? "W/" + opaque : ways_.strong_etags ? opaque : "";
  }

  std::string answer_to(const std::string& head, bool& reset) {
    now_ += static_cast<std::int64_t>(chance_.below(3));
    std::string_view lines = head;
    const std::string_view line = *wire::http::take_line(lines);
    wire::http::Fields fields;
    EXPECT_EQ(wire::http::parse_fields(lines, fields, wire::http::From::server),
              wire::http::FieldsError::none);
    Page& page = pages_[line.find("/b") != std::string_view::npos ? 1 : 0];
    if (odd(ways_.restless)) change(page);
    if (odd(8)) page.modified = now_;
    if (odd(8) && !ways_.two_pages) new_etag(page);
    if (line.find(" /a ") != std::string_view::npos && odd(6)) {
      return "HTTP/1.1 302 Found\r\nLocation: /moved/a\r\nContent-Length: 0\r\n\r\n";
    }
    if (odd(12)) return "HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n";
    std::string answer = respond(page, fields, reset);
    if (!behaves_ && !chance_.one_in(4)) {
      answer.resize(chance_.below(answer.size() + 1));
      reset = reset || chance_.one_in(2);
    }
    return answer;
  }

  std::string respond(const Page& page, const wire::http::Fields& fields, bool& reset) {
    std::string state = "Date: " + wire::http::format_date(now_) +
                        "\r\nLast-Modified: " + wire::http::format_date(page.modified) + "\r\n";
    if (!page.etag.empty()) state += "ETag: " + page.etag + "\r\n";
    const auto range = fields.find("Range");
    const std::size_t size = page.content().size();
    if (!range || odd(8) || !applies(fields.find("If-Range").value_or(""), page)) {
      return "HTTP/1.1 200 OK\r\n" + state + framed(page.content(), reset);
    }
    ++parts_;
    const auto first =
        static_cast<std::size_t>(*wire::http::decimal(range->substr(6, range->size() - 7)));
    if (first >= size || odd(8)) {
      const std::size_t told = odd(2) ? chance_.below(max_size) : odd(2) ? first : size;
      return "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */" +
             std::to_string(told) + "\r\nContent-Length: 0\r\n\r\n";
    }
    const std::size_t length = odd(3) ? chance_.below(size - first) + 1 : size - first;
    // A lie, where something else that was said shows it.
    std::size_t told_first = first, told_last = first + length - 1, told_size = size;
    if (odd(4)) told_first = chance_.below(told_last + 1);
    if (odd(4)) told_last = told_first + chance_.below(size - told_first);
    if (ways_.lengths_known && odd(4)) told_size = told_last + 1 + chance_.below(2);
    return "HTTP/1.1 206 Partial Content\r\n" + state + "Content-Range: bytes " +
           std::to_string(told_first) + '-' + std::to_string(told_last) + '/' +
           std::to_string(told_size) + "\r\n" + framed_part(page.content().substr(first, length));
  }

  bool applies(std::string_view if_range, const Page& page) {
    if (ways_.if_range == Ways::IfRange::ignored) return true;
    if (if_range == page.etag) return true;
    const auto date = wire::http::parse_date(if_range, now_);
    if (!date) return false;
    return ways_.if_range == Ways::IfRange::exact ? *date == page.modified : page.modified <= *date;
  }

  // A whole page that the close alone ends is reset: nothing else would show that it was cut.
  std::string framed(const std::string& body, bool& reset) {
    const std::size_t kind = ways_.lengths_known ? 0 : chance_.below(3);
    if (kind == 1) return chunked(body);
    if (kind == 0 || behaves_) return with_length(body, body.size());
    reset = true;
    return "\r\n" + body;
  }
  std::string framed_part(const std::string& body) {
    const std::size_t kind = chance_.below(3);
    if (kind == 1) return chunked(body);
    if (kind == 2) return "\r\n" + body;
    return with_length(body, odd(4) ? chance_.below(max_size) : body.size());
  }
  static std::string with_length(const std::string& body, std::size_t length) {
    return "Content-Length: " + std::to_string(length) + "\r\n\r\n" + body;
  }
  static std::string chunked(const std::string& body) {
    std::string text = "Transfer-Encoding: chunked\r\n\r\n";
    for (std::size_t at = 0; at < body.size(); at += 4096) {
      const std::string piece = body.substr(at, 4096);
      char size[32];
      std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
      text += size + piece + "\r\n";
    }
    return text + "0\r\n\r\n";
  }

  const Ways ways_;
  Chance chance_;
  std::int64_t now_ = 784111777;
  std::size_t etags_ = 0;
  std::mutex mutex_;
  Page pages_[2];
  std::atomic<bool> behaves_ = false;
  std::atomic<std::size_t> parts_ = 0;
  net::Listener listener_;
  std::thread thread_;
};

struct Counts {
  std::size_t downloads = 0, runs = 0, failures = 0, kills = 0, parts = 0, never_whole = 0;
};

// One file, downloaded until that succeeds.
void download(unsigned seed, Counts& counts) {
  constexpr int max_runs = 60, max_odd_runs = 40;
  Chance chance(seed);
  Ways ways;
  ways.if_range = static_cast<Ways::IfRange>(chance.below(3));
  ways.strong_etags = !chance.one_in(3);
  ways.weak_etags = chance.one_in(6);
  ways.two_pages = chance.one_in(4) && ways.strong_etags;
  ways.lengths_known = chance.one_in(2);
  ways.restless = std::size_t{2} << chance.below(4);
  Server server(ways, seed);
  const TemporaryDirectory directory;
  const std::string path = directory.path("got");
  ++counts.downloads;
  for (int run = 0; run < max_runs; ++run) {
    ++counts.runs;
    if (run == max_odd_runs) server.behave();
    const bool b = ways.two_pages && chance.one_in(2);
    spawned::Client client({"-k", "-t", "20", "-o", path, server.url(b)});
    if (run < max_odd_runs && chance.one_in(3)) {
      std::this_thread::sleep_for(std::chrono::microseconds(chance.below(10000)));
      client.kill(SIGKILL);
    }
    const int status = client.status();
    if (WIFSIGNALED(status)) {
      EXPECT_EQ(WTERMSIG(status), SIGKILL) << "seed " << seed;
      ++counts.kills;
    } else if (WEXITSTATUS(status) != 0) {
      EXPECT_EQ(WEXITSTATUS(status), 1) << "seed " << seed;
      ++counts.failures;
    } else {
      const std::string content = directory.content("got");
      EXPECT_TRUE(server.ever_was(b, content))
          << "a wrong file of " << content.size() << " bytes with exit status 0: seed " << seed;
      for (const char* left : {"got.part", "got.from"}) {
        EXPECT_FALSE(std::filesystem::exists(directory.path(left))) << "seed " << seed;
      }
      counts.parts += server.parts();
      return;
    }
  }
  ++counts.never_whole;
}

TEST(Resume, TheFileIsRightOrTheStatusIsNot0) {
  const auto downloads = from_environment("SOCKHOP_RUNS", 60);
  const auto seed = static_cast<unsigned>(from_environment("SOCKHOP_SEED", 1));
  Counts counts;
  for (unsigned i = 0; i < downloads && !testing::Test::HasFailure(); ++i) {
    download(seed + i, counts);
  }
  std::cout << counts.downloads << " downloads in " << counts.runs << " runs: " << counts.failures
            << " failed, " << counts.kills << " killed, " << counts.parts << " parts sent, "
            << counts.never_whole << " never whole\n";
  EXPECT_EQ(counts.never_whole, 0u);
  EXPECT_GT(counts.parts, downloads / 2);
}

}  // namespace
