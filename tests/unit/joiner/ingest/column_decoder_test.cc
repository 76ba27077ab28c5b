// SPDX-License-Identifier: Apache-2.0
#include "joiner/ingest/column_decoder.h"

#include <gtest/gtest.h>

#include <string>

#include "common/event/stream_dictionary.h"
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

  // Of the event that was added last.
  oneway::v1::EventExtras& Extras() {
    auto& extras = *proto_.add_extras();
    extras.set_index(proto_.count() - 1);
    return extras;
  }
  // Adds an event with an id.
  Columns& Add(event::Kind kind, const std::string& key, const std::string& id) {
    Add(kind, key);
    Extras().set_id(id);
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

  // "index=REASON ..." of what is refused as INVALID of one frame.
  std::string RefusalsOf(Columns& columns) {
    const auto batch = Decode(columns);
    if (!batch.ok()) return batch.status().ToString();
    std::string text;
    for (const shard::EventException& refused : (*batch)->refused) {
      EXPECT_EQ(refused.outcome.status, event::Status::kInvalid);
      text += (text.empty() ? "" : " ") + std::to_string(refused.index) + "=" +
              oneway::v1::InvalidReason_Name(oneway::v1::InvalidReason(refused.outcome.reason));
    }
    return text;
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

TEST_F(ColumnDecoderTest, AStreamTakesLabelsThatAReloadAllowed) {
  Columns first;
  first.Add(event::Kind::kStart, "a");
  auto& label = *first.proto().mutable_series_added(0)->mutable_series()->add_labels();
  label.set_name("os");
  label.set_value("ios");
  const auto before = Decode(first);
  ASSERT_TRUE(before.ok()) << before.status();

  flow::Rules push;
  push.name = "push";
  push.labels = {"os"};
  dictionary_.Reload({push}, {}, {});
  Columns second;
  second.proto().clear_series_added();
  second.Add(event::Kind::kStart, "b");
  const auto after = Decode(second);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ((*after)->events[0].flow, (*before)->events[0].flow);
  EXPECT_EQ(dictionary_.NameOf((*before)->events[0].series).labels, ledger::Labels());
  EXPECT_EQ(dictionary_.NameOf((*after)->events[0].series).labels, (ledger::Labels{{"os", "ios"}}));
}

// semantics: labels (only what starts carry is one of the flow's series from the outset)
TEST_F(ColumnDecoderTest, LabelsOfAnEndTakeNoneOfTheFlowsSeries) {
  flow::Rules push;
  push.name = "push";
  push.labels = {"os"};
  push.max_series = 1;
  dictionary_.Reload({push}, {}, {});
  Columns ends;
  ends.Add(event::Kind::kEnd, "a").Add(event::Kind::kEnd, "b").Add(event::Kind::kStage, "a", "queued");
  auto& label = *ends.proto().mutable_series_added(0)->mutable_series()->add_labels();
  label.set_name("os");
  label.set_value("ios");
  const auto ended = Decode(ends);
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_EQ((*ended)->events[0].series, (*ended)->events[1].series);
  EXPECT_EQ(dictionary_.NameOf((*ended)->events[0].series).labels, (ledger::Labels{{"os", "ios"}}));
  EXPECT_EQ(dictionary_.StageOf((*ended)->events[2].series), "queued");

  Columns starts;
  starts.proto().clear_series_added();
  starts.Add(event::Kind::kStart, "a");
  const auto started = Decode(starts);
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(dictionary_.NameOf((*started)->events[0].series).labels, (ledger::Labels{{"__overflow__", "true"}}))
      << "the stage has taken the flow's only series";
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

TEST_F(ColumnDecoderTest, GenerationsAndTimesToWaitForGoToTheirEvents) {
  Columns columns;
  columns.Add(event::Kind::kStart, "a").Add(event::Kind::kStart, "b").Extras().set_generation(3);
  columns.Add(event::Kind::kStart, "c").Extras().set_not_before_unix_nanos(ToUnixNanos(kNow + 1h));
  const auto batch = Decode(columns);
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ((*batch)->events[0].generation, 0u);
  EXPECT_EQ((*batch)->events[0].not_before, journal::kNoTime);
  EXPECT_EQ((*batch)->events[1].generation, 3u);
  EXPECT_EQ((*batch)->events[2].not_before, kNow + 1h);
}

TEST_F(ColumnDecoderTest, ATimeToWaitForIsAtMostThirtyDaysAhead) {
  Columns columns;
  columns.Add(event::Kind::kStart, "a").Extras().set_not_before_unix_nanos(ToUnixNanos(kNow + 30 * 24h));
  columns.Add(event::Kind::kStart, "b").Extras().set_not_before_unix_nanos(ToUnixNanos(kNow + 30 * 24h + 1min));
  columns.Add(event::Kind::kStart, "c").Extras().set_not_before_unix_nanos(UINT64_MAX);
  EXPECT_EQ(RefusalsOf(columns), "1=NOT_BEFORE_AHEAD 2=NOT_BEFORE_AHEAD");
}

TEST_F(ColumnDecoderTest, IdsAndExpectationsGoToTheirEvents) {
  Columns columns;
  columns.Add(event::Kind::kStart, "task").Extras().set_expected(event::kPartsMax);
  columns.Add(event::Kind::kPartStarted, "task", "7");
  columns.Add(event::Kind::kStart, "other");
  columns.Add(event::Kind::kPartEnded, "task", std::string(event::kIdBytesMax, 'p'));
  columns.Add(event::Kind::kCompleted, "task").Extras().set_expected(2);
  const auto batch = Decode(columns);
  ASSERT_TRUE(batch.ok()) << batch.status();
  const std::vector<join::RoutedEvent>& events = (*batch)->events;
  ASSERT_EQ(events.size(), 5u);
  EXPECT_EQ(events[0].expected, event::kPartsMax);
  EXPECT_EQ(events[0].id, "");
  EXPECT_EQ(events[1].id, "7");
  EXPECT_EQ(events[1].expected, 0u);
  EXPECT_EQ(events[2].id, "");
  EXPECT_EQ(events[2].expected, 0u);
  EXPECT_EQ(events[3].id, std::string(event::kIdBytesMax, 'p'));
  EXPECT_EQ(events[4].expected, 2u);
}

TEST_F(ColumnDecoderTest, AStageHasASeriesOfItsOwn) {
  Columns columns;
  columns.Add(event::Kind::kStart, "a").Add(event::Kind::kStage, "a", "queued").Add(event::Kind::kStage, "b", "queued");
  columns.Add(event::Kind::kStage, "a", "sent");
  const auto batch = Decode(columns);
  ASSERT_TRUE(batch.ok()) << batch.status();
  const std::vector<join::RoutedEvent>& events = (*batch)->events;
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(dictionary_.StageOf(events[0].series), std::nullopt);
  EXPECT_EQ(dictionary_.StageOf(events[1].series), "queued");
  EXPECT_EQ(events[2].series, events[1].series);
  EXPECT_EQ(dictionary_.StageOf(events[3].series), "sent");
  EXPECT_EQ(events[3].flow, events[0].flow);
}

TEST_F(ColumnDecoderTest, IdsLiveInTheBatchAlsoWhenManyAndTheFrameIsGone) {
  auto columns = std::make_unique<Columns>();
  for (uint32_t i = 0; i < event::kFrameEventsMax; ++i) {
    columns->Add(event::Kind::kPartEnded, "task-" + std::to_string(i % 7), std::to_string(i));
  }
  const auto batch = Decode(*columns);
  columns.reset();
  ASSERT_TRUE(batch.ok()) << batch.status();
  ASSERT_EQ((*batch)->events.size(), event::kFrameEventsMax);
  for (uint32_t i = 0; i < event::kFrameEventsMax; ++i) EXPECT_EQ((*batch)->events[i].id, std::to_string(i));
  size_t id_bytes = 0;
  for (const join::RoutedEvent& event : (*batch)->events) id_bytes += event.id.size();
  shard::EventBatch without_ids;
  without_ids.events.reserve((*batch)->events.capacity());
  EXPECT_GE((*batch)->memory_bytes(), without_ids.memory_bytes() + id_bytes);
}

TEST_F(ColumnDecoderTest, APartNeedsAnIdAndNoIdIsTooLong) {
  Columns columns;
  columns.Add(event::Kind::kPartStarted, "task").Add(event::Kind::kStage, "task", "");
  columns.Add(event::Kind::kPartEnded, "task", std::string(event::kIdBytesMax + 1, 'p'));
  columns.Add(event::Kind::kEnd, "push", std::string(event::kIdBytesMax + 1, 'e'));
  columns.Add(event::Kind::kPartStarted, "task", "good").Add(event::Kind::kEnd, "push", "");
  EXPECT_EQ(RefusalsOf(columns), "0=ID_LENGTH 1=ID_LENGTH 2=ID_LENGTH 3=ID_LENGTH");
}

TEST_F(ColumnDecoderTest, AnEventAfterRefusedOnesKeepsItsOwnId) {
  Columns columns;
  columns.Add(event::Kind::kPartEnded, "task", std::string(1000, 'p'));
  columns.Add(event::Kind::kPartEnded, "task", "7");
  const auto batch = Decode(columns);
  ASSERT_TRUE(batch.ok()) << batch.status();
  ASSERT_EQ((*batch)->events.size(), 1u);
  EXPECT_EQ((*batch)->events[0].id, "7");
}

TEST_F(ColumnDecoderTest, MorePartsThanAllowedAreNotWaitedFor) {
  Columns columns;
  columns.Add(event::Kind::kStart, "a").Extras().set_expected(event::kPartsMax + 1);
  columns.Add(event::Kind::kCompleted, "b").Extras().set_expected(UINT32_MAX);
  EXPECT_EQ(RefusalsOf(columns), "0=TOO_MANY_PARTS 1=TOO_MANY_PARTS");
}

TEST_F(ColumnDecoderTest, ExtrasThatAreNotAscendingOrRepeatedEndTheStream) {
  Columns descending;
  descending.Add(event::Kind::kPartEnded, "a", "1").Add(event::Kind::kPartEnded, "b", "2");
  descending.proto().mutable_extras(0)->set_index(1);
  descending.proto().mutable_extras(1)->set_index(0);
  EXPECT_EQ(Decode(descending).status().code(), absl::StatusCode::kInvalidArgument);

  Columns repeated;
  repeated.Add(event::Kind::kStart, "c").Add(event::Kind::kPartEnded, "a", "1").Extras().set_id("2");
  EXPECT_EQ(Decode(repeated).status().code(), absl::StatusCode::kInvalidArgument);
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

TEST_F(ColumnDecoderTest, AnIdOfTheDictionaryStandsForWhatWasNamedLast) {
  flow::Rules push;
  push.name = "push";
  push.labels = {"os"};
  dictionary_.Reload({push}, {}, {});
  for (const char* os : {"ios", "android"}) {
    Columns columns;
    columns.Add(event::Kind::kStart, "a");
    auto& label = *columns.proto().mutable_series_added(0)->mutable_series()->add_labels();
    label.set_name("os");
    label.set_value(os);
    const auto batch = Decode(columns);
    ASSERT_TRUE(batch.ok()) << batch.status();
    EXPECT_EQ(dictionary_.NameOf((*batch)->events[0].series).labels, (ledger::Labels{{"os", os}}));
  }
}

TEST_F(ColumnDecoderTest, ADictionaryBeyondItsBoundOrWithAGapIsRefused) {
  for (uint32_t id = 0; id < event::kStreamSeriesMax; ++id) {
    Columns columns;
    columns.Add(event::Kind::kStart, "a");
    columns.proto().mutable_series_added(0)->set_id(id);
    ASSERT_TRUE(Decode(columns).ok());
  }
  Columns beyond;
  beyond.Add(event::Kind::kStart, "a");
  beyond.proto().mutable_series_added(0)->set_id(event::kStreamSeriesMax);
  EXPECT_EQ(Decode(beyond).status().code(), absl::StatusCode::kInvalidArgument);

  ColumnDecoder fresh({.seed = kSeed}, slots_, dictionary_);
  Columns gap;
  gap.Add(event::Kind::kStart, "a");
  gap.proto().mutable_series_added(0)->set_id(1);
  EXPECT_EQ(fresh.Decode(gap.proto(), {.now = kNow}).status().code(), absl::StatusCode::kInvalidArgument);
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
  columns.Extras().set_index(1);
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
