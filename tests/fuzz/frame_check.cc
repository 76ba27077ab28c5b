// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/frame_check.h"

#include <glog/logging.h>

#include <cstring>
#include <set>

#include "common/event/event.h"

namespace oneway::fuzz {
namespace {

using event::InvalidReason;
using event::Kind;
using event::Status;

constexpr Duration kNotBeforeMax = std::chrono::hours(30 * 24);

// One event as the columns say it; the extras are those of an event that has none where it has none.
struct SentEvent {
  uint8_t kind = 0;
  uint64_t time_unix_nanos = 0;
  std::string_view fingerprint;
  std::string_view key;
  std::string_view flow;
  const v1::EventExtras* extras = &v1::EventExtras::default_instance();
};

std::vector<SentEvent> EventsOf(const FrameReading& reading) {
  const v1::EventColumns& columns = reading.columns;
  std::vector<SentEvent> events(columns.count());
  size_t key_offset = 0;
  for (uint32_t i = 0; i < columns.count(); ++i) {
    uint16_t key_size = 0;
    std::memcpy(&key_size, columns.key_sizes().data() + i * sizeof(key_size), sizeof(key_size));
    events[i].kind = static_cast<uint8_t>(columns.kinds()[i]);
    events[i].time_unix_nanos = columns.times_unix_nanos(static_cast<int>(i));
    events[i].fingerprint = std::string_view(columns.fingerprints()).substr(i * 16, 16);
    events[i].key = std::string_view(columns.keys()).substr(key_offset, key_size);
    events[i].flow = reading.flows.at(columns.series(static_cast<int>(i)));
    key_offset += key_size;
  }
  CHECK_EQ(key_offset, columns.keys().size());
  for (const v1::EventExtras& extras : columns.extras()) events.at(extras.index()).extras = &extras;
  return events;
}

bool IsKind(uint8_t kind) {
  return kind >= 1 && kind <= 6;
}
bool NeedsId(uint8_t kind) {
  return Kind(kind) == Kind::kStage || Kind(kind) == Kind::kPartStarted || Kind(kind) == Kind::kPartEnded;
}
// Unix nanoseconds on the wire are unsigned; none of the bounds is near the end of the type.
bool IsBeyond(uint64_t unix_nanos, Time bound) {
  return unix_nanos > ToUnixNanos(bound);
}

// Everything that is wrong with an event, by the text of the semantics.
std::set<InvalidReason> ReasonsAgainst(const SentEvent& event, const FrameReading& reading) {
  std::set<InvalidReason> reasons;
  const std::string& id = event.extras->id();
  if (!IsKind(event.kind)) reasons.insert(InvalidReason::kUnknownKind);
  if (id.size() > event::kIdBytesMax || (id.empty() && NeedsId(event.kind))) reasons.insert(InvalidReason::kIdLength);
  if (event.extras->expected() > event::kPartsMax) reasons.insert(InvalidReason::kTooManyParts);
  if (IsBeyond(event.time_unix_nanos, reading.wall.now + reading.skew_max)) reasons.insert(InvalidReason::kTimeAhead);
  if (IsBeyond(event.extras->not_before_unix_nanos(), reading.wall.now + kNotBeforeMax)) {
    reasons.insert(InvalidReason::kNotBeforeAhead);
  }
  return reasons;
}

void CheckRefusal(const SentEvent& event, const event::Outcome& outcome, const FrameReading& reading) {
  const std::set<InvalidReason> reasons = ReasonsAgainst(event, reading);
  CHECK(!reasons.empty()) << "a good event was refused";
  if (outcome.status == Status::kInvalid) {
    CHECK(reasons.contains(outcome.reason)) << "refused for a reason that is not true: " << int(outcome.reason);
    return;
  }
  // Only a clock that cannot be believed makes the joiner ask back later.
  CHECK(outcome.status == Status::kRetryAfter && reading.wall.alarmed);
  CHECK_GT(outcome.retry_after_millis, 0u);
  CHECK(reasons.contains(InvalidReason::kTimeAhead) || reasons.contains(InvalidReason::kNotBeforeAhead));
}

bool IsWithin(std::string_view part, const std::string& whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void CheckTaken(const SentEvent& sent, const join::RoutedEvent& event, const FrameReading& reading,
                const shard::EventBatch& batch) {
  CHECK(ReasonsAgainst(sent, reading).empty()) << "a bad event was taken";
  CHECK(!event.key.empty() && event.key.size() <= event::kKeyBytesMax);
  CHECK(IsWithin(event.key, batch.keys) && IsWithin(event.id, batch.ids));
  CHECK_EQ(static_cast<uint8_t>(event.kind), sent.kind);
  CHECK_EQ(ToUnixNanos(event.time), sent.time_unix_nanos);
  CHECK(event.key == sent.key);
  CHECK(event.id == sent.extras->id());
  CHECK_EQ(event.expected, sent.extras->expected());
  CHECK_EQ(event.generation, sent.extras->generation());
  const uint64_t not_before = sent.extras->not_before_unix_nanos();
  CHECK(event.not_before == (not_before == 0 ? join::kNoTime : FromUnixNanos(not_before)));
  CHECK_EQ(std::memcmp(&event.fingerprint, sent.fingerprint.data(), sent.fingerprint.size()), 0);
}

}  // namespace

void CheckBatch(const FrameReading& reading, const shard::EventBatch& batch) {
  const std::vector<SentEvent> sent = EventsOf(reading);
  CHECK_EQ(batch.events.size() + batch.refused.size(), sent.size());
  CHECK_EQ(batch.indices.size(), batch.refused.empty() ? 0 : batch.events.size());
  size_t taken = 0;
  size_t refused = 0;
  for (uint32_t i = 0; i < sent.size(); ++i) {
    if (refused < batch.refused.size() && batch.refused[refused].index == i) {
      CheckRefusal(sent[i], batch.refused[refused++].outcome, reading);
      continue;
    }
    CHECK_LT(taken, batch.events.size());
    if (!batch.indices.empty()) CHECK_EQ(batch.indices[taken], i);
    CheckTaken(sent[i], batch.events[taken++], reading, batch);
  }
}

}  // namespace oneway::fuzz
