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

ClosedKey ClosedKey::Restored(journal::Sequence sequence, const journal::Row& row, Duration late_window) {
  const Closing how = ClosingOf(row.kind);
  const Time deadline = row.deadline != journal::kNoTime ? row.deadline : row.remember_until - late_window;
  ClosedKey key(row.fingerprint, sequence, row.time, row.series, row.flow, how,
                how == Closing::kExpired ? deadline - row.time : row.latency);
  if (how == Closing::kExpired) key.Remember(row.remember_until - deadline);
  if (how == Closing::kLate) key.Remember(row.remember_until - row.time);
  return key;
}

void ClosedKey::BecomeLate(Time end) {
  CHECK(closing() == Closing::kExpired);
  Remember(remember_until() - start);
  closing_ = static_cast<uint32_t>(Closing::kLate);
  length_ = end - start;
}

Time ClosedKey::remember_until() const {
  const Time from = closing() == Closing::kExpired ? deadline() : start;
  return from + std::chrono::seconds(remember_count_ * (remember_coarse_ ? kCoarseSeconds : 1));
}

// 30 days of not_before, 30 of ttl and one of late_window fit, so the bound never cuts anything off.
void ClosedKey::Remember(Duration duration) {
  const int64_t seconds = std::max<int64_t>(0, std::chrono::ceil<std::chrono::seconds>(duration).count());
  remember_coarse_ = seconds > kRememberCountMax;
  const int64_t count = remember_coarse_ ? (seconds + kCoarseSeconds - 1) / kCoarseSeconds : seconds;
  remember_count_ = static_cast<uint32_t>(std::min(count, kRememberCountMax));
}

}  // namespace oneway::join
