#include "server/web/directory_list.hh"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "net/kernel.hh"
#include "server/web/response.hh"
#include "wire/http/target.hh"
#include "wire/text.hh"

namespace server {

namespace {

struct Entry {
  std::string name;
  // By which names are sorted: letters of ASCII in either case are alike, unless nothing else tells
  // two names apart.
  std::string key;
  bool directory = false;
  bool regular = false;
  std::uint64_t size = 0;
  std::optional<std::int64_t> modified = {};  // where it may be looked at
};

// What an entry is; of a link, what it leads to. False, and errno, where that cannot be told.
bool describe(DocumentRoot& root, int directory, const std::string& path, Entry& entry) {
  struct stat about {};
  if (fstatat(directory, entry.name.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0) {
    // The file system of another user, or of a server that is gone, is mounted there (fuse(8)).
    return errno == EACCES || errno == ENOTCONN;
  }
  if (S_ISLNK(about.st_mode)) {
    const net::FileDescriptor target =
        root.open(path.empty() ? entry.name : path + '/' + entry.name);
    // It is there, and that is all; a socket cannot be opened at all.
    if (!target && (errno == EACCES || errno == ENXIO)) return true;
    if (!target || fstat(target.get(), &about) != 0) return false;
  }
  entry.directory = S_ISDIR(about.st_mode);
  entry.regular = S_ISREG(about.st_mode);
  entry.size = static_cast<std::uint64_t>(about.st_size);
  entry.modified = net::modification_time(about).tv_sec;
  return true;
}

std::optional<std::vector<Entry>> read_entries(DocumentRoot& root, int directory,
                                               const std::string& path) {
  net::FileDescriptor copy(fcntl(directory, F_DUPFD_CLOEXEC, 0));
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(copy ? fdopendir(copy.get()) : nullptr,
                                                   closedir);
  if (!stream) return std::nullopt;
  (void)copy.release();  // closedir closes it
  std::vector<Entry> entries;
  while (true) {
    errno = 0;
    const dirent* const found = readdir(stream.get());
    if (!found && errno != 0) return std::nullopt;
    if (!found) return entries;
    if (found->d_name[0] == '.') continue;
    Entry entry{found->d_name, wire::lower(found->d_name)};
    if (describe(root, directory, path, entry)) {
      entries.push_back(std::move(entry));
    } else if (!is_no_file(errno)) {
      return std::nullopt;
    }
  }
}

enum class Column { name, size, date };

struct Order {
  Column column = Column::name;
  bool descending = false;
};

constexpr std::pair<Column, std::string_view> columns[] = {
    {Column::name, "name"}, {Column::size, "size"}, {Column::date, "date"}};

Order order_of(std::string_view query) {
  Order order;
  if (query.starts_with('?')) query.remove_prefix(1);
  if (query.starts_with('-')) order.descending = true, query.remove_prefix(1);
  for (const auto& [column, word] : columns) {
    if (query == word) order.column = column;
  }
  return order;
}

bool name_before(const Entry& a, const Entry& b) {
  const int order = a.key.compare(b.key);
  return order != 0 ? order < 0 : a.name < b.name;
}

// Directories come first, whatever the order.
std::vector<const Entry*> sorted(const std::vector<Entry>& entries, Order order) {
  std::vector<const Entry*> list(entries.size());
  std::transform(entries.begin(), entries.end(), list.begin(), [](const Entry& e) { return &e; });
  std::ranges::sort(list, [order](const Entry* a, const Entry* b) {
    if (a->directory != b->directory) return a->directory;
    const Entry& first = order.descending ? *b : *a;
    const Entry& second = order.descending ? *a : *b;
    const bool by_size = order.column == Column::size && !a->directory && a->size != b->size;
    const bool by_date = order.column == Column::date && a->modified != b->modified;
    if (by_size) return first.size < second.size;
    if (by_date) return first.modified < second.modified;
    return order.column == Column::name ? name_before(first, second) : name_before(*a, *b);
  });
  return list;
}

// "17 B", "4.2 KiB", "310 MiB".
std::string readable(std::uint64_t size) {
  constexpr const char* units[] = {" B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"};
  if (size < 1024) return std::to_string(size) + units[0];
  // Tenths of a unit, rounded; a thousand and more of them are rounded to whole ones.
  std::size_t unit = 1;
  while (unit + 1 < std::size(units) && size >> (10 * unit) >= 1024) ++unit;
  const std::uint64_t whole = size >> (10 * unit);
  const std::uint64_t rest = (size >> (10 * (unit - 1))) & 1023;
  const std::uint64_t tenths = whole * 10 + (rest * 10 + 512) / 1024;
  if (tenths >= 10235 && unit + 1 < std::size(units)) return std::string("1.0") + units[unit + 1];
  if (tenths >= 1000) return std::to_string((tenths + 5) / 10) + units[unit];
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + units[unit];
}

// Day and time of day in UTC. Neighbours in a list are often of one minute.
class MinuteText {
 public:
  const std::string& at(std::int64_t seconds) {
    const auto time = static_cast<std::time_t>(seconds);
    const auto minute = std::chrono::floor<std::chrono::minutes>(std::chrono::seconds(seconds));
    if (minute == minute_ && !text_.empty()) return text_;
    minute_ = minute;
    std::tm utc{};
    char text[64];
    const bool fits = gmtime_r(&time, &utc) &&
                      std::strftime(text, sizeof text, "%Y-%m-%d <i>%H:%M</i>", &utc) > 0;
    return text_ = fits ? text : "";
  }

 private:
  std::chrono::minutes minute_{};
  std::string text_;
};

// Whether a byte stands for itself on a page: those of ASCII that are visible, but for those with a
// meaning in HTML.
bool is_plain(char c) {
  return c >= ' ' && c < 0x7f && std::string_view("&<>\"'").find(c) == std::string_view::npos;
}

// A name as text of a page. A file's name may hold any byte: what is not visible becomes U+FFFD.
std::string text_of(std::string_view name) {
  if (std::ranges::all_of(name, is_plain)) return std::string(name);
  std::string clean;
  while (!name.empty()) {
    const wire::Character next = wire::take_character(name);
    clean += next.visible ? next.bytes : "\xef\xbf\xbd";
  }
  return escape_html(clean);
}

std::string count_of(std::uint64_t count, const char* one, const char* many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

void add_row(std::string& page, const Entry& entry, MinuteText& time) {
  const std::string name = text_of(entry.name) + (entry.directory ? "/" : "");
  page += "<tr><td><a href=\"" + wire::http::encode_path(entry.name);
  page += entry.directory ? "/\" class=d title=\"" : "\" title=\"";
  page += name;
  page += "\"><bdi>";
  page += name;
  page += "</bdi></a><td";
  if (entry.regular)
    page += " title=\"" + count_of(entry.size, "byte", "bytes") + "\">" + readable(entry.size);
  else
    page += '>';
  page += "<td>";
  if (entry.modified) page += time.at(*entry.modified);
  page += '\n';
}

// "/ site / pages": each a link but the last.
std::string breadcrumbs(std::string_view path) {
  std::string text;
  std::string up = "./";
  for (auto slash = path.rfind('/'); !path.empty(); slash = path.rfind('/')) {
    const auto begin = slash == std::string_view::npos ? 0 : slash + 1;
    const std::string name = "<bdi>" + text_of(path.substr(begin)) + "</bdi>";
    const bool last = text.empty();
    text.insert(0, last ? name : name + "</a>");
    if (!last) text.insert(0, "<a href=\"" + up + "\">");
    text.insert(0, " / ");
    path = path.substr(0, begin == 0 ? 0 : begin - 1);
    if (up == "./") up.clear();
    up += "../";
  }
  return text.empty() ? "<bdi>/</bdi>" : "<a href=\"" + up + "\" title=\"top\">&#8962;</a>" + text;
}

std::string heading(Order order) {
  std::string cells = "<thead><tr>";
  for (const auto& [column, word] : columns) {
    const bool sorted = column == order.column;
    const bool turn = sorted && !order.descending;
    cells +=
        "<th" +
        std::string(sorted ? order.descending ? " aria-sort=descending" : " aria-sort=ascending"
                           : "") +
        "><a href=\"?" + (turn ? "-" : "") + std::string(word) + "\">" +
        static_cast<char>(std::toupper(word[0])) + std::string(word.substr(1)) + "</a>" +
        (sorted ? order.descending ? " &#9662;" : " &#9652;" : "");
  }
  return cells + "<tbody>\n";
}

constexpr std::string_view style =
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}"
    "h1{font-size:1.1rem;font-weight:600;overflow-wrap:anywhere}"
    "table{width:100%;border-collapse:collapse;table-layout:fixed}"
    "td,th{padding:.25rem .5rem;text-align:left;white-space:nowrap;overflow:hidden;"
    "text-overflow:ellipsis;border-bottom:1px solid color-mix(in srgb,currentColor "
    "15%,transparent)}"
    "th:nth-child(2),td:nth-child(2){width:5.5rem;text-align:right;font-variant-numeric:tabular-"
    "nums}"
    "th:nth-child(3),td:nth-child(3){width:9.5rem;font-variant-numeric:tabular-nums}"
    "a{text-decoration:none}a:hover{text-decoration:underline}.d{font-weight:600}"
    "i{font-style:normal;opacity:.7}tbody "
    "tr:hover{background:#8882}footer{padding:.5rem;opacity:.7}"
    "@media(max-width:34rem){th:nth-child(3),td:nth-child(3){width:6rem}td i{display:none}"
    "td,th{padding:.4rem .3rem}"
    // Nothing shows a title there: names go over three lines before they are cut.
    "td a{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3;overflow:hidden;"
    "white-space:normal;overflow-wrap:anywhere}}";

}  // namespace

std::optional<std::string> directory_list(DocumentRoot& root, int directory,
                                          const std::string& path, std::string_view query) {
  auto entries = read_entries(root, directory, path);
  if (!entries) {
    if (!net::is_shortage(errno)) errno = EIO;
    return std::nullopt;
  }
  const Order order = order_of(query);
  std::string page;
  // What is not used of it costs nothing.
  page.reserve(4096 + entries->size() * 512);
  page +=
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>" +
      text_of('/' + path) +
      "</title>\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<style>";
  page += style;
  page += "</style></head>\n<body><h1>" + breadcrumbs(path) + "</h1>\n<table>" + heading(order);
  if (!path.empty()) page += "<tr><td><a href=\"../\" class=d>../</a><td><td>\n";
  std::uint64_t bytes = 0;
  std::size_t directories = 0;
  MinuteText time;
  for (const Entry* entry : sorted(*entries, order)) {
    add_row(page, *entry, time);
    directories += entry->directory ? 1 : 0;
    bytes += entry->regular ? entry->size : 0;
  }
  page += "</table>\n<footer>" + count_of(directories, "directory", "directories") + ", " +
          count_of(entries->size() - directories, "file", "files") + ", " + readable(bytes) +
          "; times are UTC</footer></body></html>\n";
  return page;
}

}  // namespace server
