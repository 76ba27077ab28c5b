// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "common/flow/ids.h"

namespace oneway::join {

// In which series a key counts once it has its end: that of its start, completed by the labels of the end.
//
// Flow: the engine asks when something ends. What it asked for before is remembered, so `complete`, which may lock and
// allocate, is called for the first of many alike; for a start and an end of the same labels it never is.
// Threading: owned by the shard's thread.
class SeriesCompletion {
 public:
  // The series of a start with the number `start` and of an end with the number `carried`; `carried` twice: of an end
  // that has no start. The same numbers give the same series, but for series that overflow until a reload.
  using Complete = std::function<flow::SeriesId(flow::SeriesId start, flow::SeriesId carried)>;
  // So many answers are remembered; then all are forgotten. Two MiB at most.
  static constexpr size_t kAnswersMax = size_t{1} << 16;

  explicit SeriesCompletion(Complete complete) : complete_(std::move(complete)) {}

  flow::SeriesId Of(flow::SeriesId start, flow::SeriesId carried) {
    return start == carried ? start : Ask(start, carried);
  }
  // Of an event that has no start.
  flow::SeriesId OfItself(flow::SeriesId carried) { return Ask(carried, carried); }
  // To be called when rules changed: there may be room for series that overflowed.
  void Forget() { answers_.clear(); }

 private:
  flow::SeriesId Ask(flow::SeriesId start, flow::SeriesId carried) {
    const uint64_t question = uint64_t{static_cast<uint32_t>(start)} << 32 | static_cast<uint32_t>(carried);
    if (const auto known = answers_.find(question); known != answers_.end()) return known->second;
    if (answers_.size() == kAnswersMax) answers_.clear();
    return answers_.emplace(question, complete_(start, carried)).first->second;
  }

  const Complete complete_;
  absl::flat_hash_map<uint64_t, flow::SeriesId> answers_;
};

}  // namespace oneway::join
