// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/joiner/join/resends.h"

#include <algorithm>
#include <utility>

namespace oneway::join {

void Resends::CommitWasLost(std::vector<ModelEvent> events) {
  if (Chance(10)) return;  // The clients died too.
  if (Chance(30)) {
    const std::vector<ModelEvent> once = events;
    events.insert(events.end(), once.begin(), once.end());
  }
  if (Chance(50)) std::shuffle(events.begin(), events.end(), random_);
  waiting_.insert(waiting_.end(), events.begin(), events.end());
}

void Resends::AnswerWasLost(const std::vector<ModelEvent>& events) {
  waiting_.insert(waiting_.end(), events.begin(), events.end());
}

std::optional<ModelEvent> Resends::Take() {
  if (waiting_.empty() || Chance(20)) return std::nullopt;
  ModelEvent event = std::move(waiting_.front());
  waiting_.pop_front();
  return event;
}

}  // namespace oneway::join
