// One row of cases.txt: what is sent to a web server, and what RFC 9110 has it answer.
#pragma once

#include <istream>
#include <map>
#include <string>
#include <vector>

// The answer of another server that is not the one expected, and why.
struct Difference {
  std::string answer, reason;
};

struct Case {
  int line = 0;  // in the file
  std::string section, request, fields, expected;
  std::map<std::string, Difference> differences;  // by server
};

// The file: rows of four columns, and below each the differences, of three. Throws
// std::runtime_error naming the line that is neither.
std::vector<Case> read_cases(std::istream& in);

// The bytes of a request. The columns may hold \n (CR LF in a request), \t, \r, \0, {etag} and a
// repeated text as {a*100}. Host and Connection: close are added unless a field of that name, or
// "no Host", stands there.
std::string request_bytes(const Case& row, const std::string& etag);
