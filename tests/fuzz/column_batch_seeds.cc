// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "common/hash/fingerprint.h"
#include "partitioner/forward/frame_encoder.h"
#include "partitioner/route/columns.h"
#include "partitioner/route/series_table.h"
#include "tests/fuzz/target.h"

namespace oneway::fuzz {
namespace {

using event::Kind;
using partitioner::forward::FrameEncoder;
using partitioner::route::Columns;
using partitioner::route::EventView;
using partitioner::route::SeriesTable;

constexpr hash::HashSeed kSeed{7};
constexpr uint64_t kNow = 1'772'373'600'000'000'000;

// What a lane of a partitioner sends on one stream.
class Lane {
 public:
  Lane& Add(const EventView& event, const std::string& flow = "push",
            std::vector<partitioner::route::Label> labels = {{"region", "eu"}}) {
    const auto number = series_.Take({.flow = flow, .labels = std::move(labels)});
    events_.Add(event, hash::FingerprintOf(kSeed, flow, event.key), *number, 0);
    return *this;
  }

  // Sends what was added since the last frame.
  Lane& Flush() {
    v1::EventColumns columns;
    const auto end = encoder_.Encode(events_, sent_, sent_.event + 1, columns);
    sent_ = end;
    const std::string frame = columns.SerializeAsString();
    const auto size = static_cast<uint16_t>(frame.size());
    bytes_.append(reinterpret_cast<const char*>(&size), sizeof(size)).append(frame);
    return *this;
  }

  std::string Input(char circumstances) const { return circumstances + bytes_; }

 private:
  SeriesTable series_{{}};
  Columns events_;
  FrameEncoder encoder_{series_};
  partitioner::route::Position sent_;
  std::string bytes_;
};

EventView Event(Kind kind, std::string_view key) {
  return {.kind = kind, .time_unix_nanos = kNow, .key = key};
}

Lane& AddAllKinds(Lane& lane) {
  EventView start = Event(Kind::kStart, "push-1");
  start.expected = 3;
  start.not_before_unix_nanos = kNow + 60'000'000'000;
  start.generation = 2;
  EventView end = Event(Kind::kEnd, "push-1");
  end.id = "phone";
  EventView stage = Event(Kind::kStage, "push-2");
  stage.id = "queued";
  EventView part_started = Event(Kind::kPartStarted, "task-1");
  part_started.id = "part-1";
  EventView part_ended = Event(Kind::kPartEnded, "task-1");
  part_ended.id = "part-1";
  return lane.Add(start)
      .Add(end)
      .Add(stage)
      .Add(part_started, "task")
      .Add(part_ended, "task")
      .Add(Event(Kind::kCompleted, "task-1"), "task");
}

}  // namespace

std::vector<Seed> Seeds() {
  Lane plain;
  plain.Add(Event(Kind::kStart, "push-1")).Add(Event(Kind::kEnd, "push-1")).Flush();
  Lane kinds;
  AddAllKinds(kinds).Flush();
  Lane frames;
  AddAllKinds(frames).Flush();
  frames.Add(Event(Kind::kEnd, "push-9"), "push", {{"region", "us"}, {"app", "mail"}}).Flush();
  frames.Add(Event(Kind::kStart, "order-1"), "order", {}).Add(Event(Kind::kStart, "push-1")).Flush();
  Lane refused;
  EventView ahead = Event(Kind::kStart, "push-3");
  ahead.time_unix_nanos = kNow + 3'600'000'000'000;
  refused.Add(ahead).Add(Event(Kind(9), "push-4")).Add(Event(Kind::kStage, "push-5")).Add(Event(Kind::kEnd, "push-6"));
  refused.Flush();
  Lane many_flows;
  const std::string longest_key(event::kKeyBytesMax, 'k');
  for (const char* flow : {"a", "b", "c", "d"}) many_flows.Add(Event(Kind::kStart, longest_key), flow, {{"app", flow}});
  many_flows.Flush();
  return {
      {"plain", plain.Input(0)},
      {"all-kinds", kinds.Input(0)},
      {"all-kinds-mended", kinds.Input(1 + 2)},
      {"several-frames", frames.Input(0)},
      {"several-frames-reload", frames.Input(32)},
      {"refused-events", refused.Input(0)},
      {"refused-events-alarmed", refused.Input(4)},
      {"many-flows", many_flows.Input(0)},
      {"many-flows-mended", many_flows.Input(1)},
  };
}

}  // namespace oneway::fuzz
