#include "http/case.hh"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace {

std::string trim(const std::string& text) {
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

// The columns between the bars, trimmed.
std::vector<std::string> columns_of(const std::string& line) {
  std::vector<std::string> columns;
  for (std::size_t at = 0; at <= line.size();) {
    const auto bar = std::min(line.find('|', at), line.size());
    columns.push_back(trim(line.substr(at, bar - at)));
    at = bar + 1;
  }
  return columns;
}

// What stands between braces: the ETag, or a text so many times.
std::string value_of(const std::string& word, const std::string& etag) {
  if (word == "etag") return etag;
  const auto star = word.rfind('*');
  const int count = std::stoi(word.substr(star + 1));
  std::string text;
  for (int i = 0; i < count; ++i) text += word.substr(0, star);
  return text;
}

std::string expand(const std::string& text, const std::string& etag) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      switch (text.at(++i)) {
        case 'n':
          bytes += "\r\n";
          break;
        case 't':
          bytes += '\t';
          break;
        case 'r':
          bytes += '\r';
          break;
        case '0':
          bytes += '\0';
          break;
        default:
          bytes += text[i];
      }
    } else if (text[i] == '{') {
      const auto close = text.find('}', i);
      bytes += value_of(text.substr(i + 1, close - i - 1), etag);
      i = close;
    } else {
      bytes += text[i];
    }
  }
  return bytes;
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

std::vector<Case> read_cases(std::istream& in) {
  std::vector<Case> cases;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    const auto columns = columns_of(line);
    const bool difference = line.front() == ' ' && columns.size() == 3 && !cases.empty();
    if (difference) {
      cases.back().differences[columns[0]] = {columns[1], columns[2]};
    } else if (line.front() != ' ' && columns.size() == 4) {
      cases.push_back({number, columns[0], columns[1], columns[2], columns[3], {}});
    } else {
      throw std::runtime_error("line " + std::to_string(number) +
                               ": neither a case nor a difference");
    }
  }
  return cases;
}

std::string request_bytes(const Case& row, const std::string& etag) {
  const bool no_host = row.fields == "no Host";
  const std::string fields = no_host ? "" : expand(row.fields, etag);
  const bool has_version = row.request.find(" HTTP/") != std::string::npos;
  std::string bytes = expand(row.request, etag) + (has_version ? "" : " HTTP/1.1") + "\r\n";
  // What follows the empty line is a body, or another request.
  const auto end = fields.find("\r\n\r\n");
  const std::string head = lower("\n" + fields.substr(0, end));
  if (!no_host && head.find("\nhost:") == std::string::npos) bytes += "Host: a\r\n";
  if (head.find("\nconnection:") == std::string::npos) bytes += "Connection: close\r\n";
  if (end != std::string::npos) return bytes + fields;
  return bytes + fields + (fields.empty() ? "\r\n" : "\r\n\r\n");
}
