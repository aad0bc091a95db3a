// What single words of a name say, how much each of them proves, and which one counts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "traceroute/places/place.hh"

namespace traceroute {

// How much a hint proves.
constexpr int nothing = 0, weak = 1, fair = 2, strong = 3, certain = 4;

struct Hint {
  const City* city = nullptr;
  int strength = nothing;
  std::size_t label = 0;  // counted from the left
  std::string why;
};

// One word of a name: letters between joints, or between digits.
struct Word {
  std::string_view text;
  std::size_t label;
  bool numbered = false;       // a digit follows
  bool beside_role = false;    // its neighbour is "bb2", "core1"
  std::string_view next = {};  // the part of its label after it
};

// The hints of one name, weighed by what stands beside them.
class Hints {
 public:
  // Takes the name's labels apart: there is one at least.
  explicit Hints(std::vector<std::string> labels);
  Hints(const Hints&) = delete;
  Hints& operator=(const Hints&) = delete;

  // Those left of the registered domain, and the parts of each.
  [[nodiscard]] const std::vector<std::string>& labels() const { return labels_; }
  [[nodiscard]] const std::vector<std::vector<std::string_view>>& parts() const { return parts_; }
  [[nodiscard]] const std::string& domain() const { return domain_; }
  // Whether a role stands beside this part of a label.
  [[nodiscard]] bool beside_role(std::size_t label, std::size_t at) const;

  [[nodiscard]] std::size_t count() const { return hints_.size(); }
  void add(Hint hint) { hints_.push_back(std::move(hint)); }
  // Takes the one of the cities that is best proved. True when the word is understood, even if what
  // it says is then refused.
  bool accept(const std::vector<Meaning>& cities, int strength, const Word& word,
              std::string_view kind, bool town = false);
  // What they show together.
  [[nodiscard]] PlaceGuess guess() const;

 private:
  [[nodiscard]] bool confirmed(const City& city, const Word& word) const;
  [[nodiscard]] std::string contradiction(const City& city, std::size_t label, bool town) const;
  [[nodiscard]] bool is_bare_host() const;

  std::vector<std::string> labels_;
  std::vector<std::vector<std::string_view>> parts_;
  std::string domain_;
  std::string country_;  // that of the domain; empty below one without a country
  std::string home_;     // the same, or that which the operator calls itself after
  std::vector<Hint> hints_;
  std::string refused_;  // why the last refused hint was refused
};

}  // namespace traceroute
