// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>
#include <glog/logging.h>

#include "common/event/event.h"
#include "common/flow/registry.h"
#include "joiner/ingest/column_decoder.h"
#include "tests/bench/micro/keys.h"

namespace oneway::bench {
namespace {

// A full frame of starts and ends, as a partitioner sends it once the stream knows its series; the first names them.
v1::EventColumns Frame(Time now, bool names_series) {
  const FlowPlanner planner{WorkloadOptions{}};
  v1::EventColumns frame;
  for (uint32_t number = 0; names_series && number < planner.series(); ++number) {
    v1::SeriesEntry& entry = *frame.add_series_added();
    entry.set_id(number);
    entry.mutable_series()->set_flow(kFlowName);
    for (const auto& [name, value] : LabelsOf(number)) {
      v1::Label& label = *entry.mutable_series()->add_labels();
      label.set_name(name);
      label.set_value(value);
    }
  }
  const std::vector<std::string> keys = KeysOf(planner.key_bytes());
  for (size_t i = 0; i < event::kFrameEventsMax; ++i) {
    const std::string& key = keys[i % kKeys];
    const hash::Fingerprint fingerprint = hash::FingerprintOf(kSeed, kFlowName, key);
    const auto size = static_cast<uint16_t>(key.size());
    frame.mutable_kinds()->push_back(static_cast<char>(i % 2 == 0 ? event::Kind::kStart : event::Kind::kEnd));
    frame.add_times_unix_nanos(ToUnixNanos(now));
    frame.mutable_fingerprints()->append(reinterpret_cast<const char*>(&fingerprint.high), sizeof(fingerprint.high));
    frame.mutable_fingerprints()->append(reinterpret_cast<const char*>(&fingerprint.low), sizeof(fingerprint.low));
    frame.mutable_key_sizes()->append(reinterpret_cast<const char*>(&size), sizeof(size));
    frame.mutable_keys()->append(key);
    frame.add_series(planner.SeriesOf(i));
  }
  frame.set_count(static_cast<uint32_t>(event::kFrameEventsMax));
  return frame;
}

// A stream that knows its series.
class Stream {
 public:
  Stream() {
    dictionary_.Open({});
    v1::EventColumns first = Frame(now_, true);
    Decode(first);
  }
  std::unique_ptr<shard::EventBatch> Decode(v1::EventColumns& frame) {
    auto batch = decoder_.Decode(frame, {.now = now_});
    CHECK(batch.ok()) << batch.status();
    CHECK((*batch)->refused.empty());
    return *std::move(batch);
  }
  Time now() const { return now_; }

 private:
  const Time now_ = std::chrono::system_clock::now();
  flow::Registry registry_;
  ledger::Dictionary dictionary_{{}, registry_};
  const hash::SlotMap slots_ = hash::SlotMap::EqualRanges(1);
  ingest::ColumnDecoder decoder_{{.seed = kSeed}, slots_, dictionary_};
};

void CountEvents(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(event::kFrameEventsMax));
  state.SetLabel("event");
}

// Of a frame that gRPC has parsed.
void Decode(benchmark::State& state) {
  Stream stream;
  v1::EventColumns frame = Frame(stream.now(), false);
  for (auto _ : state) {
    const std::unique_ptr<shard::EventBatch> batch = stream.Decode(frame);
    benchmark::DoNotOptimize(batch->events.data());
    frame.mutable_keys()->swap(batch->keys);  // the decoder took them
  }
  CountEvents(state);
}
BENCHMARK(Decode)->Name("decode");

// Of the bytes.
void ParseAndDecode(benchmark::State& state) {
  Stream stream;
  const std::string bytes = Frame(stream.now(), false).SerializeAsString();
  v1::EventColumns frame;
  for (auto _ : state) {
    CHECK(frame.ParseFromString(bytes));
    benchmark::DoNotOptimize(stream.Decode(frame)->events.data());
  }
  CountEvents(state);
}
BENCHMARK(ParseAndDecode)->Name("parse_and_decode");

}  // namespace
}  // namespace oneway::bench
