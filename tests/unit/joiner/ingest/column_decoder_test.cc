// SPDX-License-Identifier: Apache-2.0
#include "joiner/ingest/column_decoder.h"

#include <gtest/gtest.h>

#include <string>

#include "common/flow/registry.h"
#include "common/hash/fingerprint.h"

namespace oneway::ingest {
namespace {

using namespace std::chrono_literals;

constexpr hash::HashSeed kSeed{7};
constexpr Time kNow{std::chrono::hours(500'000)};

// Builds the columns that a partitioner would send.
class Columns {
 public:
  explicit Columns(std::string flow = "push") : flow_(std::move(flow)) {
    auto& entry = *proto_.add_series_added();
    entry.set_id(0);
    entry.mutable_series()->set_flow(flow_);
  }

  Columns& Add(event::Kind kind, const std::string& key, Time time = kNow) {
    const hash::Fingerprint fingerprint = hash::FingerprintOf(kSeed, flow_, key);
    const auto size = static_cast<uint16_t>(key.size());
    proto_.mutable_kinds()->push_back(static_cast<char>(kind));
    proto_.add_times_unix_nanos(ToUnixNanos(time));
    proto_.mutable_fingerprints()->append(reinterpret_cast<const char*>(&fingerprint.high), 8);
    proto_.mutable_fingerprints()->append(reinterpret_cast<const char*>(&fingerprint.low), 8);
    proto_.mutable_key_sizes()->append(reinterpret_cast<const char*>(&size), 2);
    proto_.mutable_keys()->append(key);
    proto_.add_series(0);
    proto_.set_count(proto_.count() + 1);
    return *this;
  }

  oneway::v1::EventColumns& proto() { return proto_; }

 private:
  const std::string flow_;
  oneway::v1::EventColumns proto_;
};

class ColumnDecoderTest : public testing::Test {
 protected:
  ColumnDecoderTest() { dictionary_.Open({}); }

  absl::StatusOr<std::unique_ptr<shard::EventBatch>> Decode(Columns& columns, bool alarmed = false) {
    return decoder_.Decode(columns.proto(), {.now = kNow, .alarmed = alarmed});
  }

  flow::Registry registry_;
  ledger::Dictionary dictionary_{{}, registry_};
  const hash::SlotMap slots_ = hash::SlotMap::EqualRanges(1);
  ColumnDecoder decoder_{{.seed = kSeed}, slots_, dictionary_};
};

TEST_F(ColumnDecoderTest, ColumnsBecomeEventsInOrder) {
  Columns columns;
  columns.Add(event::Kind::kStart, "a").Add(event::Kind::kEnd, "bcd", kNow + 5s);
  const auto batch = Decode(columns);
  ASSERT_TRUE(batch.ok()) << batch.status();
  ASSERT_EQ((*batch)->events.size(), 2u);
  EXPECT_EQ((*batch)->events[0].key, "a");
  EXPECT_EQ((*batch)->events[1].key, "bcd");
  EXPECT_EQ((*batch)->events[1].kind, event::Kind::kEnd);
  EXPECT_EQ((*batch)->events[1].time, kNow + 5s);
  EXPECT_EQ((*batch)->events[1].fingerprint, hash::FingerprintOf(kSeed, "push", "bcd"));
  EXPECT_TRUE((*batch)->refused.empty());
}

TEST_F(ColumnDecoderTest, AnEventFromTheFutureIsRefusedAloneAndTheOthersKeepTheirNumbers) {
  Columns columns;
  columns.Add(event::Kind::kStart, "a").Add(event::Kind::kStart, "b", kNow + 6min).Add(event::Kind::kStart, "c");
  const auto batch = Decode(columns);
  ASSERT_TRUE(batch.ok());
  ASSERT_EQ((*batch)->refused.size(), 1u);
  EXPECT_EQ((*batch)->refused[0].index, 1u);
  EXPECT_EQ((*batch)->refused[0].outcome.reason, event::InvalidReason::kTimeAhead);
  EXPECT_EQ((*batch)->indices, (std::vector<uint32_t>{0, 2}));
}

TEST_F(ColumnDecoderTest, DuringAClockAlarmTheFutureIsOnlyPutOff) {
  Columns columns;
  columns.Add(event::Kind::kStart, "b", kNow + 6min);
  const auto batch = Decode(columns, /*alarmed=*/true);
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ((*batch)->refused.at(0).outcome.status, event::Status::kRetryAfter);
  EXPECT_GT((*batch)->refused.at(0).outcome.retry_after_millis, 0u);
}

TEST_F(ColumnDecoderTest, WhatIsNotJudgedYetIsRefusedAndNotHalfObeyed) {
  Columns columns;
  columns.Add(event::Kind::kStart, "a").Add(event::Kind::kStart, "b");
  auto& extras = *columns.proto().add_extras();
  extras.set_index(1);
  extras.set_generation(3);
  const auto batch = Decode(columns);
  ASSERT_TRUE(batch.ok());
  ASSERT_EQ((*batch)->refused.size(), 1u);
  EXPECT_EQ((*batch)->refused[0].outcome.reason, event::InvalidReason::kUnsupportedKind);
}

TEST_F(ColumnDecoderTest, ColumnsOfDifferentLengthAreRefused) {
  Columns columns;
  columns.Add(event::Kind::kStart, "a");
  columns.proto().mutable_kinds()->push_back(1);
  EXPECT_EQ(Decode(columns).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ColumnDecoderTest, KeySizesMustAddUp) {
  Columns columns;
  columns.Add(event::Kind::kStart, "a");
  columns.proto().mutable_keys()->push_back('x');
  EXPECT_EQ(Decode(columns).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ColumnDecoderTest, AFingerprintOfAnotherKeyIsRefused) {
  Columns columns;
  columns.Add(event::Kind::kStart, "a");
  columns.proto().mutable_keys()->assign("b");
  EXPECT_EQ(Decode(columns).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ColumnDecoderTest, AnUnknownSeriesIsRefused) {
  Columns columns;
  columns.Add(event::Kind::kStart, "a");
  columns.proto().set_series(0, 1);
  EXPECT_EQ(Decode(columns).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ColumnDecoderTest, ASlotOfAnotherJoinerIsRefused) {
  const hash::SlotMap two = hash::SlotMap::EqualRanges(2);
  const bool first_owns = two.OwnerOf(hash::SlotOf(hash::FingerprintOf(kSeed, "push", "a"))) == hash::JoinerIndex{0};
  ColumnDecoder decoder({.seed = kSeed, .joiner = hash::JoinerIndex{first_owns ? 1u : 0u}}, two, dictionary_);
  Columns columns;
  columns.Add(event::Kind::kStart, "a");
  EXPECT_EQ(decoder.Decode(columns.proto(), {.now = kNow}).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(ColumnDecoderTest, ASlotOfAnotherShardIsRefused) {
  const auto slot = static_cast<uint32_t>(hash::SlotOf(hash::FingerprintOf(kSeed, "push", "a")));
  ColumnDecoder decoder({.seed = kSeed, .shard = 1 - slot % 2, .shards = 2}, slots_, dictionary_);
  Columns columns;
  columns.Add(event::Kind::kStart, "a");
  EXPECT_EQ(decoder.Decode(columns.proto(), {.now = kNow}).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(ColumnDecoderTest, AnotherSlotEpochIsRefused) {
  Columns columns;
  columns.Add(event::Kind::kStart, "a");
  columns.proto().set_slot_epoch(9);
  EXPECT_EQ(Decode(columns).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(ColumnDecoderTest, ATimeBeyondAllBoundsIsAheadAndNotLongAgo) {
  Columns columns;
  columns.Add(event::Kind::kStart, "a").Add(event::Kind::kStart, "b");
  columns.proto().set_times_unix_nanos(0, UINT64_MAX);
  columns.proto().set_times_unix_nanos(1, uint64_t{1} << 63);
  const auto batch = Decode(columns);
  ASSERT_TRUE(batch.ok()) << batch.status();
  ASSERT_EQ((*batch)->refused.size(), 2u);
  EXPECT_EQ((*batch)->refused[0].outcome.reason, event::InvalidReason::kTimeAhead);
  EXPECT_EQ((*batch)->refused[1].outcome.reason, event::InvalidReason::kTimeAhead);
}

TEST_F(ColumnDecoderTest, ExtrasOfAnEventThatIsNotThereEndTheStream) {
  Columns columns;
  columns.Add(event::Kind::kStart, "a");
  auto& extras = *columns.proto().add_extras();
  extras.set_index(1);
  extras.set_generation(3);
  EXPECT_EQ(Decode(columns).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ColumnDecoderTest, MoreSeriesThanAFrameCanUseEndTheStream) {
  Columns columns;
  columns.Add(event::Kind::kStart, "a");
  for (uint32_t id = 1; id <= ColumnDecoder::kSeriesAddedMax; ++id) {
    auto& entry = *columns.proto().add_series_added();
    entry.set_id(id);
    entry.mutable_series()->set_flow("push");
  }
  EXPECT_EQ(Decode(columns).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace oneway::ingest
