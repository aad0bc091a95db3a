// Holds each line of standard input against the schema of --json: says what is wrong with which,
// and fails then, or if there are no lines.
#include <iostream>

#include "support/formats/atlas_schema.hh"

int main() {
  std::string line;
  int lines = 0;
  int wrong = 0;
  while (std::getline(std::cin, line)) {
    ++lines;
    const std::string why = schema_violation(line);
    if (why.empty()) continue;
    ++wrong;
    std::cout << "line " << lines << ": " << why << '\n' << line << '\n';
  }
  std::cout << lines << " lines, " << wrong << " against the schema\n";
  return lines > 0 && wrong == 0 ? 0 : 1;
}
