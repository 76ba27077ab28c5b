// SPDX-License-Identifier: Apache-2.0
#include "partitioner/ingest/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "partitioner/ingest/ingest_figures.h"

namespace oneway::partitioner::ingest {
namespace {

using event::InvalidReason;
using ::testing::HasSubstr;

// Each reason is counted under itself.
static_assert(IngestFigures::kReasons == v1::InvalidReason_ARRAYSIZE);

v1::Event Good(v1::EventKind kind) {
  v1::Event event;
  event.set_kind(kind);
  event.set_key("push-7");
  event.set_time_unix_nanos(1);
  return event;
}

v1::Series SeriesOf(const std::string& flow) {
  v1::Series series;
  series.set_flow(flow);
  return series;
}

void AddLabel(v1::Series& series, size_t name_bytes, size_t value_bytes) {
  v1::Label& label = *series.add_labels();
  label.set_name(std::string(name_bytes, 'n'));
  label.set_value(std::string(value_bytes, 'v'));
}

TEST(CheckEventTest, PassesStartsAndEndsWithoutAnId) {
  for (const v1::EventKind kind : {v1::START, v1::END, v1::COMPLETED}) {
    EXPECT_EQ(CheckEvent(Good(kind), 1), InvalidReason::kNone) << kind;
  }
}

TEST(CheckEventTest, RefusesKindsThatItDoesNotKnow) {
  EXPECT_EQ(CheckEvent(Good(v1::EVENT_KIND_UNSPECIFIED), 1), InvalidReason::kUnknownKind);
  EXPECT_EQ(CheckEvent(Good(static_cast<v1::EventKind>(7)), 1), InvalidReason::kUnknownKind);
  EXPECT_EQ(CheckEvent(Good(static_cast<v1::EventKind>(-1)), 1), InvalidReason::kUnknownKind);
}

TEST(CheckEventTest, RefusesASeriesBeyondTheTable) {
  v1::Event event = Good(v1::START);
  event.set_series(1);
  EXPECT_EQ(CheckEvent(event, 2), InvalidReason::kNone);
  EXPECT_EQ(CheckEvent(event, 1), InvalidReason::kUnknownSeries);
  EXPECT_EQ(CheckEvent(Good(v1::START), 0), InvalidReason::kUnknownSeries);
}

TEST(CheckEventTest, TakesKeysOf1To256Bytes) {
  v1::Event event = Good(v1::START);
  event.set_key("");
  EXPECT_EQ(CheckEvent(event, 1), InvalidReason::kKeyLength);
  event.set_key(std::string(1, '\0'));
  EXPECT_EQ(CheckEvent(event, 1), InvalidReason::kNone);
  event.set_key(std::string(256, 'k'));
  EXPECT_EQ(CheckEvent(event, 1), InvalidReason::kNone);
  event.set_key(std::string(257, 'k'));
  EXPECT_EQ(CheckEvent(event, 1), InvalidReason::kKeyLength);
}

TEST(CheckEventTest, StagesAndPartsNeedAnIdOf1To64Bytes) {
  for (const v1::EventKind kind : {v1::STAGE, v1::PART_STARTED, v1::PART_ENDED}) {
    v1::Event event = Good(kind);
    EXPECT_EQ(CheckEvent(event, 1), InvalidReason::kIdLength) << kind;
    event.set_id("p");
    EXPECT_EQ(CheckEvent(event, 1), InvalidReason::kNone) << kind;
  }
  v1::Event end = Good(v1::END);
  end.set_id(std::string(64, 'd'));
  EXPECT_EQ(CheckEvent(end, 1), InvalidReason::kNone);
  end.set_id(std::string(65, 'd'));
  EXPECT_EQ(CheckEvent(end, 1), InvalidReason::kIdLength);
}

TEST(CheckEventTest, TakesAtMost1024PartsToExpect) {
  for (const v1::EventKind kind : {v1::START, v1::COMPLETED}) {
    v1::Event event = Good(kind);
    event.set_expected(1024);
    EXPECT_EQ(CheckEvent(event, 1), InvalidReason::kNone) << kind;
    event.set_expected(1025);
    EXPECT_EQ(CheckEvent(event, 1), InvalidReason::kTooManyParts) << kind;
  }
}

TEST(CheckSeriesTest, TakesFlowNamesOfLowerCaseDigitsDotUnderscoreAndDash) {
  EXPECT_EQ(CheckSeries(SeriesOf("push.delivery_2-eu")), InvalidReason::kNone);
  EXPECT_EQ(CheckSeries(SeriesOf(std::string(64, 'f'))), InvalidReason::kNone);
  for (const std::string& bad : {std::string(), std::string(65, 'f'), std::string("Push"), std::string("a b"),
                                 std::string("a/b"), std::string("a\0b", 3), std::string("\xc3\xa4")}) {
    EXPECT_EQ(CheckSeries(SeriesOf(bad)), InvalidReason::kFlowName) << bad;
  }
}

TEST(CheckSeriesTest, TakesAtMost8LabelsWithinTheirBytes) {
  v1::Series series = SeriesOf("push");
  for (int i = 0; i < 8; ++i) AddLabel(series, 64, 128);
  EXPECT_EQ(CheckSeries(series), InvalidReason::kNone);
  AddLabel(series, 1, 1);
  EXPECT_EQ(CheckSeries(series), InvalidReason::kLabels);

  for (const auto& [name, value] : {std::pair<size_t, size_t>{0, 1}, {65, 1}, {1, 129}}) {
    v1::Series bad = SeriesOf("push");
    AddLabel(bad, name, value);
    EXPECT_EQ(CheckSeries(bad), InvalidReason::kLabels) << name << ' ' << value;
  }
}

v1::IngestBatch BatchOf(int events, size_t key_bytes) {
  v1::IngestBatch batch;
  batch.set_batch(42);
  for (int i = 0; i < events; ++i) batch.add_events()->set_key(std::string(key_bytes, 'k'));
  return batch;
}

TEST(CheckBatchTest, Takes1000EventsAndNoMore) {
  EXPECT_TRUE(CheckBatch(BatchOf(1000, 8)).ok());
  const absl::Status status = CheckBatch(BatchOf(1001, 8));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("batch 42 has 1001 events; at most 1000"));
}

TEST(CheckBatchTest, Takes256KibibytesAndNoMore) {
  v1::IngestBatch batch = BatchOf(1, 1);
  const size_t rest = 256 * 1024 - batch.ByteSizeLong();
  // Three bytes of length instead of one for the key, and for its event.
  batch.mutable_events(0)->set_key(std::string(1 + rest - 4, 'k'));
  ASSERT_EQ(batch.ByteSizeLong(), size_t{256 * 1024});
  EXPECT_TRUE(CheckBatch(batch).ok());
  batch.mutable_events(0)->mutable_key()->push_back('k');
  EXPECT_EQ(CheckBatch(batch).code(), absl::StatusCode::kInvalidArgument);
}

TEST(CheckBatchTest, Takes1000SeriesAndNoMore) {
  v1::IngestBatch batch;
  for (int i = 0; i < 1000; ++i) batch.add_series()->set_flow("push");
  EXPECT_TRUE(CheckBatch(batch).ok());
  batch.add_series();
  EXPECT_EQ(CheckBatch(batch).code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace oneway::partitioner::ingest
