#include "server/web/directory_list.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <vector>

#include "support/web_site.hh"

namespace server {
namespace {

class List : public Web {
 protected:
  List() { site_.list = true; }
};

TEST_F(List, NamesAreEscapedAndHiddenFilesLeftOut) {
  directory_.file("www/dir/b<i>&\".txt", "12");
  directory_.file("www/dir/a b", "1");
  directory_.file("www/dir/.hidden", "1");
  directory_.file("www/dir/n\newline", "1");
  directory_.directory("www/dir/z");
  const std::string list = get("/dir/");
  EXPECT_EQ(status(list), "HTTP/1.1 200 OK");
  expect_in_order(list,
                  {"<a href=\"z/\" class=d title=\"z/\"><bdi>z/</bdi></a>",
                   "<a href=\"a%20b\" title=\"a b\"><bdi>a b</bdi></a><td title=\"1 byte\">1 B",
                   "<a href=\"b%3Ci%3E%26%22.txt\" title=\"b&lt;i&gt;&amp;&quot;.txt\">",
                   "<a href=\"n%0Aewline\" title=\"n\xef\xbf\xbd"
                   "ewline\">",
                   "1 directory, 3 files, 4 B"});
  EXPECT_EQ(list.find(".hidden"), std::string::npos);
  EXPECT_NE(get("/").find("<a href=\"dir/\""), std::string::npos);
  EXPECT_TRUE(get("/indexed/").ends_with("<p>"));
  EXPECT_EQ(status(get("/none/")), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(status(get("/hello.txt/")), "HTTP/1.1 404 Not Found");
}

TEST_F(List, NoNameChangesWhatStandsAroundIt) {
  directory_.directory("www/odd");
  directory_.file("www/odd/a\u202etxt.exe", "1");  // would be shown as "exe.txt"
  directory_.file("www/odd/b\u0085\u061c\u2028", "1");
  directory_.file("www/odd/c\xff", "1");
  directory_.file("www/odd/d\xed\xa0\x80", "1");  // half of a pair, which UTF-8 does not have
  directory_.file("www/odd/e\ufeff\u180e", "1");
  directory_.file("www/odd/\u00e4\u20ac\u0635", "1");
  expect_in_order(
      get("/odd/"),
      {"<a href=\"a%E2%80%AEtxt.exe\" title=\"a\ufffdtxt.exe\"><bdi>a\ufffdtxt.exe</bdi>",
       "<bdi>b\ufffd\ufffd\ufffd</bdi>", "<a href=\"c%FF\"", "<bdi>c\ufffd</bdi>",
       "<bdi>d\ufffd\ufffd\ufffd</bdi>", "<bdi>e\ufffd\ufffd</bdi>",
       "<bdi>\u00e4\u20ac\u0635</bdi>"});
}

TEST_F(List, IsSortedAsTheQueryAsks) {
  directory_.file("www/dir/B", "1");
  directory_.file("www/dir/a", "12345678");
  directory_.file("www/dir/c", "123");
  std::filesystem::last_write_time(
      directory_.path("www/dir/c"),
      std::filesystem::file_time_type::clock::now() + std::chrono::hours(1));
  directory_.directory("www/dir/z");
  const std::string z = ">z/<", a = ">a<", b = ">B<", c = ">c<";
  expect_in_order(get("/dir/"), {z, a, b, c});
  expect_in_order(get("/dir/?name"), {"aria-sort=ascending", "href=\"?-name\"", z, a, b, c});
  expect_in_order(get("/dir/?-name"), {"aria-sort=descending", "href=\"?name\"", z, c, b, a});
  expect_in_order(get("/dir/?size"), {"href=\"?-size\"", z, b, c, a});
  expect_in_order(get("/dir/?-size"), {z, a, c, b});
  expect_in_order(get("/dir/?-date"), {z, c, a, b});
  expect_in_order(get("/dir/?nonsense"), {z, a, b, c});
}

TEST_F(List, LinksAreDescribedByWhatTheyLeadTo) {
  directory_.link("www/dir/to-directory", "../indexed");
  directory_.link("www/dir/to-file", directory_.path("www/hello.txt"));
  directory_.link("www/dir/dead", "nowhere");
  directory_.link("www/dir/out", "../../secret");
  directory_.link("www/dir/loop", "loop");
  const std::string list = get("/dir/");
  expect_in_order(list, {"href=\"to-directory/\" class=d", "href=\"to-file\"", ">5 B<"});
  for (const char* name : {"dead", "out", "loop"}) {
    EXPECT_EQ(list.find("href=\"" + std::string(name)), std::string::npos) << name;
  }
}

// As of a link to nowhere: there is none.
TEST_F(List, AnIndexThatLeadsNowhereIsNone) {
  for (const char* target : {"nowhere", "../../secret", "index.html", "../hello.txt/index.html"}) {
    directory_.link("www/dir/index.html", target);
    EXPECT_EQ(status(get("/dir/")), "HTTP/1.1 200 OK") << target;
    std::filesystem::remove(directory_.path("www/dir/index.html"));
  }
}

// They are there, though nobody can open them; one that cannot be is not there.
TEST_F(List, ALinkToASocketIsAnEntryAndDoesNoHarm) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  const std::string path = directory_.path("www/socket");
  ASSERT_LT(path.size(), sizeof name.sun_path);
  std::copy(path.begin(), path.end(), name.sun_path);
  const net::FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(bind(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
  directory_.link("www/dir/to-socket", "../socket");
  directory_.link("www/dir/too-long", std::string(300, 'x'));
  const std::string list = get("/dir/");
  EXPECT_NE(list.find("href=\"to-socket\""), std::string::npos) << list;
  EXPECT_EQ(list.find("href=\"too-long\""), std::string::npos) << list;
}

TEST_F(List, EachDirectoryAboveIsALink) {
  directory_.directory("www/dir/deep");
  directory_.directory("www/dir/deep/er");
  expect_in_order(get("/dir/deep/er/"),
                  {"<h1><a href=\"../../../\" title=\"top\">",
                   "<a href=\"../../\"><bdi>dir</bdi></a>", "<a href=\"../\"><bdi>deep</bdi></a>",
                   "/ <bdi>er</bdi></h1>", "<a href=\"../\" class=d>../</a>"});
  EXPECT_EQ(get("/").find("href=\"../\""), std::string::npos);
}

TEST_F(List, TimesBefore1970AreNotThoseAfterIt) {
  for (const auto& [name, seconds] : {std::pair("a", -60), {"b", -1}, {"c", 0}, {"d", 59}}) {
    const timespec times[] = {{seconds, 0}, {seconds, 0}};
    directory_.file("www/dir/" + std::string(name), "");
    ASSERT_EQ(
        utimensat(AT_FDCWD, directory_.path("www/dir/" + std::string(name)).c_str(), times, 0), 0);
  }
  const std::string before = "1969-12-31 <i>23:59</i>", after = "1970-01-01 <i>00:00</i>";
  expect_in_order(get("/dir/"), {">a<", before, ">b<", before, ">c<", after, ">d<", after});
}

TEST_F(List, SizesAreReadable) {
  const std::pair<int, const char*> sizes[] = {
      {0, ">0 B<"},          {1000, ">1000 B<"},     {1024, ">1.0 KiB<"},   {1536, ">1.5 KiB<"},
      {102400, ">100 KiB<"}, {1048575, ">1.0 MiB<"}, {1572864, ">1.5 MiB<"}};
  for (const auto& [size, text] : sizes) {
    directory_.file("www/dir/f", std::string(static_cast<std::size_t>(size), 'x'));
    EXPECT_NE(get("/dir/").find(text), std::string::npos) << size;
  }
}

// A long name is cut by the style, and is there as a whole.
TEST_F(List, FitsAPhoneAndADarkBrowser) {
  const std::string name(250, 'x');
  directory_.file("www/dir/" + name, "");
  expect_in_order(get("/dir/"),
                  {"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">",
                   ":root{color-scheme:light dark}", "table-layout:fixed", "td,th{",
                   "white-space:nowrap", "text-overflow:ellipsis", "@media(max-width:34rem)",
                   "td i{display:none}", "-webkit-line-clamp:3", "overflow-wrap:anywhere",
                   "<a href=\"" + name + "\" title=\"" + name + "\"><bdi>" + name + "</bdi></a>"});
}

// It has neither an ETag nor a date; "*" stands for whatever is there (RFC 9110, section 13.1).
TEST_F(List, ConditionsCountForItToo) {
  const std::string ok = "HTTP/1.1 200 OK", failed = "HTTP/1.1 412 Precondition Failed";
  EXPECT_EQ(get("/dir/", "If-None-Match: *\r\n"), "HTTP/1.1 304 Not Modified\r\n\r\n");
  for (const auto& [condition, expected] : std::vector<std::pair<std::string, std::string>>{
           {"If-Match: *", ok},
           {"If-Match: \"a\"", failed},
           {"If-None-Match: \"a\"", ok},
           {"If-Modified-Since: Fri, 31 Dec 9999 23:59:59 GMT", ok},
           {"If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT", ok}}) {
    EXPECT_EQ(status(get("/dir/", condition + "\r\n")), expected) << condition;
  }
}

TEST_F(List, OfADirectoryThatIsGoneThereIsNone) {
  std::filesystem::remove_all(directory_.path("www"));
  EXPECT_EQ(status(get("/")), "HTTP/1.1 404 Not Found");
}

}  // namespace
}  // namespace server
