#include "server/web/directory_list.hh"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <tuple>
#include <vector>

#include "net/kernel.hh"
#include "server/web/response.hh"
#include "wire/http/date.hh"
#include "wire/http/target.hh"

namespace server {

namespace {

struct Entry {
  std::string name;
  bool directory = false;
  bool regular = false;
  long long size = 0;
  std::int64_t modified = 0;
};

std::vector<Entry> read_entries(int directory) {
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(dup(directory)), closedir);
  std::vector<Entry> entries;
  while (const dirent* found = stream ? readdir(stream.get()) : nullptr) {
    if (found->d_name[0] == '.') continue;
    // A link's target may lie outside: it is neither followed nor described.
    struct stat about {};
    if (fstatat(directory, found->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0) continue;
    entries.push_back({found->d_name, S_ISDIR(about.st_mode), S_ISREG(about.st_mode), about.st_size,
                       net::modification_time(about).tv_sec});
  }
  return entries;
}

std::string row(const Entry& entry) {
  const std::string slash = entry.directory ? "/" : "";
  return "<tr><td><a href=\"" + wire::http::encode_path(entry.name) + slash + "\">" +
         escape_html(entry.name) + slash + "</a></td><td>" +
         (entry.regular ? std::to_string(entry.size) : "") + "</td><td>" +
         wire::http::format_date(entry.modified) + "</td></tr>\n";
}

}  // namespace

std::string directory_list(int directory, const std::string& path, bool descending) {
  std::vector<Entry> entries = read_entries(directory);
  std::sort(entries.begin(), entries.end(), [descending](const Entry& a, const Entry& b) {
    if (a.directory != b.directory) return a.directory;
    return descending ? b.name < a.name : a.name < b.name;
  });
  const std::string title = escape_html('/' + path + (path.empty() ? "" : "/"));
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + title +
      "</title>\n<style>body{font-family:sans-serif}td,th{padding:0 1em 0 0;text-align:left}"
      "td:nth-child(2){text-align:right}</style></head>\n<body><h1>" +
      title + "</h1>\n<table>\n<tr><th><a href=\"" + (descending ? "?" : "?desc") +
      "\">Name</a></th><th>Bytes</th><th>Last change</th></tr>\n";
  if (!path.empty()) page += "<tr><td><a href=\"../\">../</a></td><td></td><td></td></tr>\n";
  for (const Entry& entry : entries) page += row(entry);
  return page + "</table></body></html>\n";
}

}  // namespace server
