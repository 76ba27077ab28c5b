// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/run_history.h"

#include <algorithm>
#include <iterator>

namespace oneway::journal {

bool RunHistory::Contains(const Mark& mark, CommitNumber durable) const {
  if (mark.run == RunId{}) return true;
  const auto run =
      std::find_if(runs_.begin(), runs_.end(), [&](const auto& entry) { return entry.second == mark.run; });
  if (run == runs_.end()) return false;
  const auto next = std::next(run);
  return next == runs_.end() ? mark.commit <= durable : mark.commit < next->first;
}

Mark RunHistory::Last(CommitNumber durable) const {
  if (runs_.empty()) return Mark{};
  return Mark{runs_.rbegin()->second, durable};
}

}  // namespace oneway::journal
