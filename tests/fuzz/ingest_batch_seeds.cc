// SPDX-License-Identifier: Apache-2.0
#include "common/event/event.h"
#include "oneway/v1/ingest.pb.h"
#include "tests/fuzz/target.h"

namespace oneway::fuzz {
namespace {

constexpr uint64_t kNow = 1'772'373'600'000'000'000;

v1::IngestBatch BatchOf(const std::string& flow) {
  v1::IngestBatch batch;
  batch.set_batch(7);
  batch.set_oldest_unanswered_unix_nanos(kNow);
  v1::Series& series = *batch.add_series();
  series.set_flow(flow);
  v1::Label& label = *series.add_labels();
  label.set_name("app");
  label.set_value("mail");
  return batch;
}

v1::Event& Add(v1::IngestBatch& batch, v1::EventKind kind, const std::string& key, const std::string& id = "") {
  v1::Event& event = *batch.add_events();
  event.set_kind(kind);
  event.set_key(key);
  event.set_id(id);
  event.set_time_unix_nanos(kNow);
  return event;
}

v1::IngestBatch AllKinds() {
  v1::IngestBatch batch = BatchOf("push");
  batch.add_series()->set_flow("task");
  v1::Event& start = Add(batch, v1::START, "push-1");
  start.set_generation(3);
  start.set_not_before_unix_nanos(kNow + 60'000'000'000);
  Add(batch, v1::END, "push-1", "phone");
  Add(batch, v1::STAGE, "push-2", "queued");
  Add(batch, v1::PART_STARTED, "task-1", "part-1").set_series(1);
  Add(batch, v1::PART_ENDED, "task-1", "part-1").set_series(1);
  v1::Event& completed = Add(batch, v1::COMPLETED, "task-1");
  completed.set_series(1);
  completed.set_expected(12);
  return batch;
}

// One good event, and one for every reason to refuse one.
v1::IngestBatch Refused() {
  v1::IngestBatch batch = BatchOf("push");
  batch.add_series()->set_flow("Not A Flow");
  batch.add_series()->set_flow("labels");
  for (size_t i = 0; i <= event::kLabelsMax; ++i) batch.mutable_series(2)->add_labels()->set_name("l");
  Add(batch, v1::START, "good");
  Add(batch, v1::START, "");
  Add(batch, v1::START, std::string(event::kKeyBytesMax + 1, 'k'));
  Add(batch, v1::START, "flow").set_series(1);
  Add(batch, v1::START, "labels").set_series(2);
  Add(batch, v1::START, "series").set_series(9);
  Add(batch, v1::STAGE, "id");
  Add(batch, v1::END, "id", std::string(event::kIdBytesMax + 1, 'i'));
  Add(batch, v1::START, "expected").set_expected(event::kPartsMax + 1);
  Add(batch, v1::EVENT_KIND_UNSPECIFIED, "kind");
  Add(batch, v1::START, "ahead").set_time_unix_nanos(kNow + 3'600'000'000'000);
  Add(batch, v1::START, "not-before").set_not_before_unix_nanos(~uint64_t{0});
  return batch;
}

v1::IngestBatch MoreSeriesThanThereIsRoomFor() {
  v1::IngestBatch batch;
  for (uint32_t i = 0; i < 8; ++i) {
    v1::Series& series = *batch.add_series();
    series.set_flow(std::string(event::kFlowNameBytesMax - 1, 'f') + static_cast<char>('a' + i));
    series.add_labels()->set_name("region");
    Add(batch, v1::START, std::string(event::kKeyBytesMax, 'k')).set_series(i);
  }
  return batch;
}

v1::IngestBatch Many() {
  v1::IngestBatch batch = BatchOf("push");
  for (int i = 0; i < 60; ++i) Add(batch, i % 2 == 0 ? v1::START : v1::END, std::to_string(i / 2));
  return batch;
}

}  // namespace

std::vector<Seed> Seeds() {
  v1::IngestBatch one = BatchOf("push");
  Add(one, v1::START, "push-1");
  return {
      {"one", one.SerializeAsString()},
      {"all-kinds", AllKinds().SerializeAsString()},
      {"refused", Refused().SerializeAsString()},
      {"many-series", MoreSeriesThanThereIsRoomFor().SerializeAsString()},
      {"many-events", Many().SerializeAsString()},
  };
}

}  // namespace oneway::fuzz
