// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/flow/ids.h"
#include "common/hash/fingerprint.h"
#include "common/time/time.h"
#include "joiner/join/event_span.h"
#include "joiner/join/gathering_key.h"
#include "joiner/join/open_key.h"
#include "joiner/journal/row.h"

namespace oneway::join {

// How a key closed. kEmpty: a fan-out without a part, which matched.
enum class Closing : uint8_t { kMatched, kExpired, kLate, kEmpty };

// A key whose outcome is final, remembered so that further events of it are recognised. 48 bytes, because closed keys
// are most of a joiner's memory.
// Threading: owned by the shard's thread.
class ClosedKey {
 public:
  // `Key`: an OpenKey, or a GatheringKey with its start.
  template <typename Key>
  static ClosedKey Matched(const Key& key, Time end) {
    return ClosedKey(key, Closing::kMatched, end - key.start);
  }
  static ClosedKey Empty(const GatheringKey& key) { return ClosedKey(key, Closing::kEmpty, key.completed - key.start); }
  // To be remembered for `late_window` after its deadline.
  template <typename Key>
  static ClosedKey Expired(const Key& key, Time deadline, Duration late_window) {
    ClosedKey expired(key, Closing::kExpired, deadline - key.start);
    expired.Remember(late_window);
    return expired;
  }
  // From a DONE row; flow < kFlowsMax. `late_window` is taken for what older rows do not say.
  static ClosedKey Restored(journal::Sequence sequence, const journal::Row& row, Duration late_window);
  // An expired key (a bug otherwise) got its late end.
  void BecomeLate(Time end);

  Closing closing() const { return static_cast<Closing>(closing_); }
  flow::FlowId flow() const { return flow::FlowId(flow_); }
  bool HasEnd() const { return closing() != Closing::kExpired; }
  bool IsMatched() const { return closing() == Closing::kMatched || closing() == Closing::kEmpty; }
  // Of a key that has its end; of an empty one its COMPLETED.
  Time end() const { return start + length_; }
  // Of an expired key without a late end.
  Time deadline() const { return start + length_; }
  // Expired and late keys: the joiner clock has to pass it before the key is forgotten. Rounded up: to a second past
  // the deadline of an expired key and past the start of a late one, where that is beyond 18 hours to 128 of them.
  Time remember_until() const;
  // The span unless Slot knows more: its start and its end.
  EventSpan ImpliedSpan() const { return HasEnd() ? EventSpan{start, start}.With(end()) : EventSpan{start, start}; }

  hash::Fingerprint fingerprint;
  journal::Sequence sequence{};  // of its DONE row
  Time start;

 private:
  ClosedKey(const hash::Fingerprint& of, journal::Sequence at, Time started_at, flow::SeriesId of_series,
            flow::FlowId of_flow, Closing how, Duration length);
  template <typename Key>
  ClosedKey(const Key& key, Closing how, Duration length)
      : ClosedKey(key.fingerprint, key.sequence, key.start, key.series, key.flow(), how, length) {}
  void Remember(Duration duration);

  Duration length_;  // From start to the end; of an expired key to its deadline.

 public:
  flow::SeriesId series{};
  uint32_t is_uncommon : 1 = 0;  // Slot knows more of it.

 private:
  uint32_t closing_ : 2;
  uint32_t flow_ : 12;
  uint32_t remember_coarse_ : 1 = 0;  // counted by 128 seconds, not by one
  uint32_t remember_count_ : 16 = 0;  // kExpired: remember_until - deadline; kLate: remember_until - start
};
static_assert(sizeof(ClosedKey) == 48);
static_assert(flow::kFlowsMax <= (1 << 12));

}  // namespace oneway::join
