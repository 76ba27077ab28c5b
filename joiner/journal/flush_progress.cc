// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/flush_progress.h"

#include <algorithm>
#include <utility>

namespace oneway::journal {

void FlushProgress::MemtableFilled() {
  filled_bytes_before_ = filled_bytes_;
  filled_bytes_ = committed_ - std::exchange(committed_when_filled_, committed_);
  ++filled_;
}

void FlushProgress::Begin() {
  is_under_way_ = true;
  hurries_ = false;
  covered_ = committed_ - std::exchange(committed_at_begin_, committed_);
  filled_ = 0;
  wrote_ = 0;
}

void FlushProgress::End() {
  is_under_way_ = false;
  if (covered_ > 0 && wrote_ > 0) share_ = static_cast<double>(wrote_) / static_cast<double>(covered_);
}

bool FlushProgress::IsAhead() const {
  if (!is_under_way_ || hurries_ || filled_ >= kMemtablesMeanwhile) return false;
  const double expected = share_ * static_cast<double>(covered_);
  const auto committed = static_cast<double>(committed_ - committed_at_begin_);
  const auto until = static_cast<double>(kMemtablesMeanwhile * std::max(filled_bytes_, filled_bytes_before_));
  return static_cast<double>(wrote_) * until > expected * committed;
}

}  // namespace oneway::journal
