// The words of one line of a description, taken one after the other.
#pragma once

#include <string>
#include <vector>

#include "simnet/model/description.hh"

namespace simnet {

// Every function that takes a word throws DescriptionError, with file and line, when it does not
// find what its name says.
class Line {
 public:
  Line(std::string_view text, std::string where);

  [[nodiscard]] bool empty() const { return at_ == words_.size(); }
  [[nodiscard]] std::size_t count() const { return words_.size() - at_; }
  // The next word without taking it; empty at the end.
  [[nodiscard]] std::string peek() const { return empty() ? "" : words_[at_]; }

  std::string word(const std::string& expected);
  // The next word, cut at a character: "24013/0/1" at '/' is a line of three.
  Line parts(char separator);
  double decimal(double min, double max, const std::string& unit);
  unsigned number(unsigned min, unsigned max);
  Span milliseconds();
  double percent();
  Labels name();
  // As many addresses or prefixes as stand here; maybe none.
  std::vector<Prefix> prefixes();
  std::vector<Ip> addresses();

  [[noreturn]] void fail(const std::string& problem) const;

 private:
  std::vector<std::string> words_;
  std::size_t at_ = 0;
  std::string where_;
};

}  // namespace simnet
