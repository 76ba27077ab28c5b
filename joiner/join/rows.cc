// SPDX-License-Identifier: Apache-2.0
#include "joiner/join/rows.h"

namespace oneway::join {
namespace {

journal::RowKind KindOf(Closing closing) {
  switch (closing) {
    case Closing::kMatched:
      return journal::RowKind::kMatched;
    case Closing::kExpired:
      return journal::RowKind::kExpired;
    case Closing::kLate:
      break;
  }
  return journal::RowKind::kLate;
}

}  // namespace

journal::Row StartRow(const OpenKey& key, const EventSpan& span, Time applied_at) {
  return {.kind = journal::RowKind::kStart,
          .fingerprint = key.fingerprint,
          .series = key.series,
          .flow = key.flow(),
          .time = key.start,
          .earliest = span.earliest,
          .latest = span.latest,
          .applied_at = applied_at,
          .key = key.key.view()};
}

journal::Row EndRow(const EarlyKey& key, const WaitingEnd& end, Time applied_at) {
  return {.kind = journal::RowKind::kEnd,
          .fingerprint = key.fingerprint,
          .series = end.series,
          .flow = key.flow,
          .time = end.time,
          .earliest = end.time,
          .latest = end.time,
          .applied_at = applied_at,
          .key = key.key.view()};
}

journal::Row DoneRow(const ClosedKey& key, const EventSpan& span, Time applied_at) {
  journal::Row row{.kind = KindOf(key.closing()),
                   .fingerprint = key.fingerprint,
                   .series = key.series,
                   .flow = key.flow(),
                   .time = key.start,
                   .earliest = span.earliest,
                   .latest = span.latest,
                   .applied_at = applied_at};
  if (key.HasEnd()) row.latency = key.latency();
  if (key.closing() != Closing::kMatched) row.remember_until = key.remember_until();
  return row;
}

}  // namespace oneway::join
