// SPDX-License-Identifier: Apache-2.0
#include "client/internal/batch_encoder.h"

#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/client/support/records.h"

namespace oneway::client {
namespace {

void Add(Block& block, const std::string& record) {
  block.Add(RecordView(record.data()));
}

TEST(BatchEncoder, ASeriesStandsOnceInTheTableWhoeverRefersToIt) {
  const Label region[] = {{"region", "eu"}, {"kind", ""}};
  Block block{.batch = 9};
  Add(block, Record("a", 1, "push"));
  Add(block, Record("b", 2, "push", {.labels = region}));
  Add(block, Record("c", 3, "push", {}, event::Kind::kEnd));
  Add(block, Record("d", 4, "task"));
  BatchEncoder encoder;
  v1::IngestBatch batch;
  encoder.Encode(block, batch);
  EXPECT_EQ(batch.ShortDebugString(),
            "batch: 9 series { flow: \"push\" } "
            "series { flow: \"push\" labels { name: \"region\" value: \"eu\" } labels { name: \"kind\" } } "
            "series { flow: \"task\" } "
            "events { kind: START key: \"a\" time_unix_nanos: 1 } "
            "events { kind: START series: 1 key: \"b\" time_unix_nanos: 2 } "
            "events { kind: END key: \"c\" time_unix_nanos: 3 } "
            "events { kind: START series: 2 key: \"d\" time_unix_nanos: 4 }");
}

TEST(BatchEncoder, CarriesEverythingThatMayBeSaidOfAnEvent) {
  Block block{.batch = 1};
  Add(block,
      Record(std::string("k\0y", 3), 5, "push",
             {.generation = 7, .not_before = Time(std::chrono::nanoseconds(6)), .expected = 3, .end_id = "phone"},
             event::Kind::kEnd));
  BatchEncoder encoder;
  v1::IngestBatch batch;
  encoder.Encode(block, batch);
  const v1::Event& event = batch.events(0);
  EXPECT_EQ(event.key(), std::string("k\0y", 3));
  EXPECT_EQ(event.generation(), 7u);
  EXPECT_EQ(event.not_before_unix_nanos(), 6u);
  EXPECT_EQ(event.expected(), 3u);
  EXPECT_EQ(event.id(), "phone");
}

TEST(BatchEncoder, TheSameBlockGivesTheSameBatchAgain) {
  Block first{.batch = 1};
  Add(first, Record("a", 1, "push"));
  Add(first, Record("b", 1, "task"));
  Block other{.batch = 2};
  Add(other, Record("c", 1, "task"));
  BatchEncoder encoder;
  v1::IngestBatch before;
  v1::IngestBatch between;
  v1::IngestBatch after;
  encoder.Encode(first, before);
  encoder.Encode(other, between);
  encoder.Encode(first, after);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(before, after));
  EXPECT_EQ(between.series(between.events(0).series()).flow(), "task");
}

TEST(BatchEncoder, NoBatchOfTheLargestEventsIsLargerThanItsBound) {
  const std::string name(64, 'n');
  Block block{.batch = UINT64_MAX};
  for (uint32_t i = 0;; ++i) {
    std::string value(128, 'v');
    value.replace(0, 4, std::to_string(1000 + i));
    const std::vector<Label> labels(8, Label{name, value});
    const std::string record = Record(std::string(256, 'k'), INT64_MAX, std::string(64, 'f'),
                                      {.labels = labels,
                                       .generation = UINT64_MAX,
                                       .not_before = Time(std::chrono::nanoseconds(INT64_MAX)),
                                       .expected = UINT32_MAX,
                                       .end_id = "0123456789012345678901234567890123456789012345678901234567890123"},
                                      event::Kind::kEnd);
    if (!block.HasRoomFor(RecordView(record.data()), 1000)) break;
    Add(block, record);
  }
  BatchEncoder encoder;
  v1::IngestBatch batch;
  encoder.Encode(block, batch);
  batch.set_oldest_unanswered_unix_nanos(UINT64_MAX);
  EXPECT_LE(batch.ByteSizeLong(), event::kBatchBytesMax);
  // And is not much smaller than it may be.
  EXPECT_GT(batch.ByteSizeLong(), event::kBatchBytesMax * 9 / 10);
}

TEST(BatchEncoder, ManyDifferentSeriesDoNotPileUpOrMixUp) {
  BatchEncoder encoder;
  v1::IngestBatch batch;
  for (int round = 0; round < 10; ++round) {
    Block block{.batch = 1};
    for (int i = 0; i < 500; ++i) Add(block, Record("k", 1, "f" + std::to_string(round * 400 + i)));
    encoder.Encode(block, batch);
    for (int i = 0; i < 500; ++i) {
      ASSERT_EQ(batch.series(batch.events(i).series()).flow(), "f" + std::to_string(round * 400 + i));
    }
  }
}

}  // namespace
}  // namespace oneway::client
