// SPDX-License-Identifier: Apache-2.0
#include "joiner/join/closed_key.h"

#include <glog/logging.h>

#include <algorithm>

namespace oneway::join {
namespace {

constexpr int64_t kRememberCountMax = UINT16_MAX;
constexpr int64_t kCoarseSeconds = 128;

Closing ClosingOf(journal::RowKind kind) {
  switch (kind) {
    case journal::RowKind::kMatched:
      return Closing::kMatched;
    case journal::RowKind::kExpired:
    case journal::RowKind::kStuck:
      return Closing::kExpired;
    case journal::RowKind::kLate:
      return Closing::kLate;
    case journal::RowKind::kEmpty:
      return Closing::kEmpty;
    default:
      LOG(FATAL) << "a closed key from a row of kind " << static_cast<int>(kind);
  }
}

}  // namespace

ClosedKey::ClosedKey(const hash::Fingerprint& of, journal::Sequence at, Time started_at, flow::SeriesId of_series,
                     flow::FlowId of_flow, Closing how, Duration length)
    : fingerprint(of),
      sequence(at),
      start(started_at),
      length_(length),
      series(of_series),
      closing_(static_cast<uint32_t>(how)),
      flow_(static_cast<uint32_t>(of_flow)) {}

ClosedKey ClosedKey::Restored(journal::Sequence sequence, const journal::Row& row) {
  const Closing how = ClosingOf(row.kind);
  ClosedKey key(row.fingerprint, sequence, row.time, row.series, row.flow, how,
                how == Closing::kExpired ? row.remember_until - row.time : row.latency);
  if (how == Closing::kLate) key.RememberUntil(row.remember_until);
  return key;
}

void ClosedKey::BecomeLate(Time end) {
  CHECK(closing() == Closing::kExpired);
  RememberUntil(start + length_);
  closing_ = static_cast<uint32_t>(Closing::kLate);
  length_ = end - start;
}

Time ClosedKey::remember_until() const {
  if (closing() == Closing::kExpired) return start + length_;
  return start + std::chrono::seconds(remember_count_ * (remember_coarse_ ? kCoarseSeconds : 1));
}

// 30 days of not_before, 30 of ttl and one of late_window fit, so the bound never cuts anything off.
void ClosedKey::RememberUntil(Time until) {
  const int64_t seconds = std::max<int64_t>(0, std::chrono::ceil<std::chrono::seconds>(until - start).count());
  remember_coarse_ = seconds > kRememberCountMax;
  const int64_t count = remember_coarse_ ? (seconds + kCoarseSeconds - 1) / kCoarseSeconds : seconds;
  remember_count_ = static_cast<uint32_t>(std::min(count, kRememberCountMax));
}

}  // namespace oneway::join
