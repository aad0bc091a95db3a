#include "server/web/web_file.hh"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <string>

#include "net/file_descriptor.hh"
#include "net/kernel.hh"
#include "server/document_root.hh"
#include "server/random.hh"
#include "server/web/directory_list.hh"
#include "wire/http/conditional.hh"
#include "wire/http/content_type.hh"
#include "wire/http/date.hh"
#include "wire/http/target.hh"
#include "wire/text.hh"

namespace server {

namespace {

namespace http = wire::http;
using http::Status;

// An open file and what it was when it was opened.
struct File {
  net::FileDescriptor fd;
  struct stat about {};

  [[nodiscard]] bool is_regular() const { return S_ISREG(about.st_mode); }
  [[nodiscard]] bool is_directory() const { return S_ISDIR(about.st_mode); }
  [[nodiscard]] std::uint64_t size() const { return static_cast<std::uint64_t>(about.st_size); }
};

File open_file(const Site& site, const std::string& path) {
  File file{site.root->open(path)};
  if (file.fd && fstat(file.fd.get(), &file.about) != 0) file.fd.reset();
  if (file.fd && file.is_regular() && file.size() == 0 && hides_its_size(file.fd.get())) {
    file.fd.reset();
    errno = EIO;
  }
  return file;
}

// What to say about a file that cannot be opened.
void answer_error(Response& answer, int error) {
  if (error == EACCES || error == EPERM) {
    answer.begin(Status::forbidden).page("This file may not be read.");
  } else if (net::is_shortage(error)) {
    answer.begin(Status::unavailable).page("Too many files are open. Try again soon.");
  } else if (is_no_file(error) || error == ENXIO || error == ENODEV) {  // or a device or socket
    answer.begin(Status::not_found).page("There is no such file.");
  } else {
    // As of a disk that fails, or a file server that is gone: it may well be there.
    answer.begin(Status::server_error).page("This cannot be read.");
  }
}

// Two states of a file are told apart as well as the file system's clock does, though their size is
// the same and somebody has set the same time of the last change (cp -p, rsync, tar).
http::Validators validators_of(const File& file) {
  const timespec modified = net::modification_time(file.about);
  const timespec changed = net::change_time(file.about);
  const std::int64_t state[] = {modified.tv_sec, modified.tv_nsec, changed.tv_sec, changed.tv_nsec,
                                static_cast<std::int64_t>(file.about.st_ino)};
  const std::string_view bytes(reinterpret_cast<const char*>(state), sizeof state);
  return {wire::format("\"%llx-%zx\"", static_cast<unsigned long long>(file.size()),
                       std::hash<std::string_view>()(bytes)),
          modified.tv_sec};
}

// A change in the future is told as one of now (RFC 9110, section 8.8.2.1).
void describe(Response& answer, const http::Validators& validators, std::int64_t now) {
  answer
      .field("Last-Modified",
             http::format_date(std::min(validators.last_modified.value_or(now), now)))
      .field("ETag", validators.etag)
      .field("Accept-Ranges", "bytes");
}

std::string content_range(const http::ByteRange& range, std::uint64_t size) {
  return "bytes " + std::to_string(range.first) + '-' +
         std::to_string(range.first + range.length - 1) + '/' + std::to_string(size);
}

// Several ranges: each a part with a small head of its own (RFC 9110, section 14.6).
void send_parts(Response& answer, const File& file, std::string_view type,
                const http::Validators& validators, const std::vector<http::ByteRange>& ranges,
                std::int64_t now) {
  const std::string boundary =
      wire::format("%08x%08x", random_number(0, 0xffffffff), random_number(0, 0xffffffff));
  const auto part_head = [&](const http::ByteRange& range) {
    return "\r\n--" + boundary + "\r\nContent-Type: " + std::string(type) +
           "\r\nContent-Range: " + content_range(range, file.size()) + "\r\n\r\n";
  };
  const std::string end = "\r\n--" + boundary + "--\r\n";
  std::uint64_t length = end.size();
  for (const http::ByteRange& range : ranges) length += part_head(range).size() + range.length;

  answer.begin(Status::partial_content);
  describe(answer, validators, now);
  answer.field("Content-Type", "multipart/byteranges; boundary=" + boundary);
  if (!answer.body(length)) return;
  for (const http::ByteRange& range : ranges) {
    answer.out() << part_head(range);
    answer.out().send_file(file.fd.get(), range.first, range.length);
  }
  answer.out() << end;
}

// Whether the request's conditions hold; answers it where they do not.
bool conditions_hold(Response& answer, const http::Request& request,
                     const http::Validators& validators, std::int64_t now) {
  const auto result = http::evaluate(request.fields, validators, now);
  if (result == http::ConditionResult::not_modified) {
    answer.begin(Status::not_modified);
    if (!validators.etag.empty()) describe(answer, validators, now);
    answer.no_body();
  } else if (result == http::ConditionResult::precondition_failed) {
    answer.begin(Status::precondition_failed).page("The file has changed.");
  }
  return result == http::ConditionResult::proceed;
}

void answer_file(Response& answer, const http::Request& request, const File& file,
                 std::string_view name, std::int64_t now) {
  const http::Validators validators = validators_of(file);
  if (!conditions_hold(answer, request, validators, now)) return;
  // A Range counts with GET only (RFC 9110, section 14.2).
  http::Selection selection;
  const auto range = request.method == "GET" ? request.fields.only("Range") : std::nullopt;
  if (range && http::range_applies(request.fields, validators, now)) {
    selection = http::select_ranges(*range, file.size());
  }
  const std::string_view type = http::content_type(name);
  switch (selection.kind) {
    case http::Selection::Kind::unsatisfiable:
      answer.begin(Status::range_not_satisfiable)
          .field("Content-Range", "bytes */" + std::to_string(file.size()))
          .page("The file is shorter than that.");
      return;
    case http::Selection::Kind::partial: {
      if (selection.ranges.size() > 1) {
        return send_parts(answer, file, type, validators, selection.ranges, now);
      }
      const http::ByteRange& part = selection.ranges.front();
      answer.begin(Status::partial_content);
      describe(answer, validators, now);
      answer.field("Content-Type", type).field("Content-Range", content_range(part, file.size()));
      if (answer.body(part.length)) {
        answer.out().send_file(file.fd.get(), part.first, part.length);
      }
      return;
    }
    case http::Selection::Kind::whole:
      answer.begin(Status::ok);
      describe(answer, validators, now);
      answer.field("Content-Type", type);
      if (answer.body(file.size())) answer.out().send_file(file.fd.get(), 0, file.size());
  }
}

void answer_directory(Response& answer, const http::Request& request, const std::string& path,
                      std::string_view query, const Site& site, std::int64_t now) {
  const std::string index = path.empty() ? "index.html" : path + "/index.html";
  const File file = open_file(site, index);
  if (file.fd && file.is_regular()) return answer_file(answer, request, file, index, now);
  if (!file.fd && !is_no_file(errno)) return answer_error(answer, errno);
  const File directory = open_file(site, path);
  if (!directory.fd) return answer_error(answer, errno);
  // One that was removed is still open here, and empty.
  const bool is_there = directory.is_directory() && directory.about.st_nlink > 0;
  if (!site.list || !is_there) return answer_error(answer, ENOENT);
  const auto list = directory_list(*site.root, directory.fd.get(), path, query);
  if (!list) return answer_error(answer, errno);
  if (conditions_hold(answer, request, {}, now)) answer.begin(Status::ok).html(*list);
}

}  // namespace

void answer_path(Response& answer, const http::Request& request, std::string_view path_and_query,
                 const Site& site, std::int64_t now) {
  const auto decoded = http::decode_path(path_and_query);
  if (decoded.refusal) {
    answer.begin(*decoded.refusal).page("No file can have this name.");
    return;
  }
  const std::string& path = decoded.value.text;
  const auto mark = std::min(path_and_query.find('?'), path_and_query.size());
  const std::string_view query = path_and_query.substr(mark);
  if (decoded.value.directory) {
    return answer_directory(answer, request, path, query, site, now);
  }
  const File file = open_file(site, path);
  const int error = file.fd ? 0 : errno;
  if (file.fd && file.is_regular()) return answer_file(answer, request, file, path, now);
  // A directory that may be used, and not read, gives its index all the same.
  const bool is_directory =
      file.fd ? file.is_directory() : error == EACCES && open_file(site, path + "/index.html").fd;
  if (!is_directory) return answer_error(answer, file.fd ? EACCES : error);
  answer.begin(Status::moved_permanently)
      .field("Location", '/' + http::encode_path(path) + '/' + std::string(query))
      .page("This is a directory; its name ends with a slash.");
}

}  // namespace server
