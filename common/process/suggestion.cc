// SPDX-License-Identifier: Apache-2.0
#include "common/process/suggestion.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace oneway::process {

size_t EditDistance(std::string_view from, std::string_view to) {
  std::vector<size_t> before_last;
  std::vector<size_t> last(to.size() + 1);
  for (size_t j = 0; j <= to.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= from.size(); ++i) {
    std::vector<size_t> current(to.size() + 1);
    current[0] = i;
    for (size_t j = 1; j <= to.size(); ++j) {
      const size_t replaced = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) current[j] = std::min(current[j], before_last[j - 2] + 1);
    }
    before_last = std::move(last);
    last = std::move(current);
  }
  return last[to.size()];
}

std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates) {
  // A third of the letters may be wrong: enough for slips, too little to offer an unrelated word.
  size_t nearest_distance = std::max<size_t>(1, word.size() / 3) + 1;
  const std::string* nearest = nullptr;
  for (const std::string& candidate : candidates) {
    const size_t distance = EditDistance(word, candidate);
    if (distance >= nearest_distance) continue;
    nearest_distance = distance;
    nearest = &candidate;
  }
  return nearest == nullptr ? "" : absl::StrCat("; did you mean `", *nearest, "`?");
}

}  // namespace oneway::process
