// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "common/event/event.h"
#include "common/flow/ids.h"
#include "common/hash/fingerprint.h"
#include "common/time/time.h"
#include "joiner/join/event_span.h"
#include "joiner/join/key_bytes.h"
#include "joiner/journal/row.h"

namespace oneway::join {

// A stage that a key has passed.
struct StageMark {
  KeyBytes id;
  Time time;
  journal::Sequence sequence{};  // of its STAGE row
  flow::SeriesId series{};
};

// The stages of a key, beside whatever else is known of it. Those of a life that has its start were counted, each id
// once; they are kept so that a stage that is sent again is recognised. Without a start they wait for it, and of one id
// there may be several. Few and far between, so that a search goes through all. Never without a mark.
// Threading: owned by the shard's thread.
struct StagedKey {
  // How many marks a key may have.
  static constexpr size_t kMarksMax = event::kPartsMax;

  hash::Fingerprint fingerprint;
  flow::FlowId flow{};
  std::vector<StageMark> marks;  // ascending by time; those of one time in no order

  EventSpan Span() const { return {marks.front().time, marks.back().time}; }
  bool Knows(std::string_view id) const { return KnowsBefore(marks.size(), id); }
  // Whether `id` is among the first marks.
  bool KnowsBefore(size_t count, std::string_view id) const {
    return std::any_of(marks.begin(), marks.begin() + static_cast<std::ptrdiff_t>(count),
                       [&](const StageMark& mark) { return mark.id.view() == id; });
  }
  bool Holds(std::string_view id, Time time) const {
    return std::any_of(marks.begin(), marks.end(),
                       [&](const StageMark& mark) { return mark.time == time && mark.id.view() == id; });
  }
  // The first mark that is not before `time`.
  std::vector<StageMark>::iterator Place(Time time) {
    return std::lower_bound(marks.begin(), marks.end(), time,
                            [](const StageMark& mark, Time wanted) { return mark.time < wanted; });
  }
};

}  // namespace oneway::join
