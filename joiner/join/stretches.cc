// SPDX-License-Identifier: Apache-2.0
#include "joiner/join/stretches.h"

#include <glog/logging.h>

#include <algorithm>

namespace oneway::join {

Stretches::Stretches(uint64_t stretch_rows) : stretch_rows_(stretch_rows) {
  CHECK_GT(stretch_rows, 0u);
}

void Stretches::Add(journal::Sequence sequence) {
  const uint64_t number = static_cast<uint64_t>(sequence) / stretch_rows_;
  ++rows_;
  const auto place = Place(number);
  if (place != stretches_.end() && place->number == number) {
    ++place->rows;
  } else {
    stretches_.insert(place, {number, 1});
  }
}

void Stretches::Remove(journal::Sequence sequence) {
  const uint64_t number = static_cast<uint64_t>(sequence) / stretch_rows_;
  const auto place = Place(number);
  CHECK(place != stretches_.end() && place->number == number) << "no live row in stretch " << number;
  --rows_;
  if (--place->rows == 0) stretches_.erase(place);
}

std::optional<journal::Sequence> Stretches::Lowest() const {
  if (stretches_.empty()) return std::nullopt;
  return journal::Sequence(stretches_.front().number * stretch_rows_);
}

std::vector<Stretches::Stretch>::iterator Stretches::Place(uint64_t number) {
  // Nearly every row that comes or goes is of the newest stretch.
  if (!stretches_.empty() && stretches_.back().number == number) return stretches_.end() - 1;
  return std::lower_bound(stretches_.begin(), stretches_.end(), number,
                          [](const Stretch& stretch, uint64_t wanted) { return stretch.number < wanted; });
}

}  // namespace oneway::join
