// What programs make of the words of their command line.
#pragma once

#include <string>
#include <vector>

#include "cli/program.hh"

// Calls a function with the words as main() gets them.
template <typename Function>
auto with_words(std::string program, std::vector<std::string> words, Function function) {
  std::vector<char*> argv{program.data()};
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  return function(static_cast<int>(words.size()) + 1, argv.data());
}

// What a parser of such words says is wrong with them; empty when nothing is.
template <typename Parser>
std::string usage_error(const std::vector<std::string>& words, Parser parse) {
  try {
    (void)parse(words);
    return "";
  } catch (const cli::UsageError& error) {
    return error.what();
  }
}
