// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <random>
#include <vector>

#include "tests/unit/joiner/join/model_event.h"

namespace oneway::join {

// Events that come again because somebody got no answer: clients and partitioners send until they are told.
// Threading: external. `random` outlives it.
class Resends {
 public:
  explicit Resends(std::mt19937_64& random) : random_(random) {}

  // The commit with these events was lost. Mostly they come again, perhaps in another order, and perhaps twice.
  void CommitWasLost(std::vector<ModelEvent> events);
  // The events were taken, but the answer got lost: they come again by another partitioner.
  void AnswerWasLost(const std::vector<ModelEvent>& events);

  // The next one to come again; most of the time, while there is any: other events come in between.
  std::optional<ModelEvent> Take();

 private:
  bool Chance(int percent) { return std::uniform_int_distribution<int>(1, 100)(random_) <= percent; }

  std::mt19937_64& random_;
  std::deque<ModelEvent> waiting_;
};

}  // namespace oneway::join
