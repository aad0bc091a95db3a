// Lists of words in one text, as tables have them.
#pragma once

#include <algorithm>
#include <string_view>

namespace wire {

// Takes the first word off a list with a separator between its words.
inline std::string_view take_word(std::string_view& list, std::string_view separator = " ") {
  const std::string_view word = list.substr(0, list.find(separator));
  list.remove_prefix(std::min(word.size() + separator.size(), list.size()));
  return word;
}

// Whether a list with a space between its words has this one.
inline bool has_word(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    if (take_word(list) == word) return true;
  }
  return false;
}

}  // namespace wire
