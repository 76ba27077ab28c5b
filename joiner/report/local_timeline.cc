// SPDX-License-Identifier: Apache-2.0
#include "joiner/report/local_timeline.h"

#include <optional>
#include <vector>

#include "common/query/window.h"
#include "joiner/ingest/mark_proto.h"
#include "joiner/report/figures_proto.h"
#include "joiner/report/open_key_walk.h"
#include "joiner/report/slices.h"

namespace oneway::report {
namespace {

// How many open keys of a flow started within each point. Threading: external. A value.
class OpenByPoint {
 public:
  OpenByPoint(flow::FlowId flow, const query::Timeline& timeline)
      : flow_(flow), timeline_(timeline), open_(timeline.points) {}

  void See(const join::OpenKeyView& key) {
    if (key.flow != flow_ || key.start < timeline_.from) return;
    const auto point = static_cast<size_t>((key.start - timeline_.from) / timeline_.step);
    if (point < open_.size()) ++open_[point];
  }
  const std::vector<uint64_t>& open() const { return open_; }

 private:
  flow::FlowId flow_;
  query::Timeline timeline_;
  std::vector<uint64_t> open_;
};

// By point; all 0 where points go by ends. None: no answer in time.
std::optional<std::vector<uint64_t>> OpenOf(const LocalQueryParts& parts, flow::FlowId flow,
                                            const query::Timeline& timeline, v1::WindowBy by) {
  std::vector<uint64_t> open(timeline.points);
  if (by != v1::BY_START) return open;
  const auto shards = WalkOpenKeys(parts, OpenByPoint(flow, timeline));
  if (!shards) return std::nullopt;
  for (const OpenByPoint& shard : *shards) {
    for (size_t i = 0; i < open.size(); ++i) open[i] += shard.open()[i];
  }
  return open;
}

void FillEmpty(const query::Timeline& timeline, v1::LocalTimelineReply& reply) {
  for (size_t i = 0; i < timeline.points; ++i) {
    reply.add_points()->set_from_unix_nanos(ToUnixNanos(timeline.WindowOf(i).from));
  }
}

}  // namespace

grpc::Status AnswerTimeline(const LocalQueryParts& parts, const v1::TimelineRequest& request,
                            v1::LocalTimelineReply& reply) {
  const v1::TimelineRequest resolved = query::Resolved(request, parts.clock.Wall());
  const query::Timeline timeline = query::TimelineOf(resolved);
  const v1::WindowBy by = request.by();
  reply.set_joiner(parts.joiner);
  ingest::Fill(parts.committer.view()->mark, *reply.mutable_mark());
  const std::optional<flow::FlowId> flow = FindFlow(parts.dictionary, request.flow());
  if (!flow) {
    FillEmpty(timeline, reply);
    return grpc::Status::OK;
  }
  const auto open = OpenOf(parts, *flow, timeline, by);
  if (!open) return TooBusy();
  const auto answer = InspectInSlices<v1::TimelinePoint>(
      parts, timeline.points, [flow = *flow, timeline, by](const shard::Inspection& inspection, size_t i) {
        const query::Window window = timeline.WindowOf(i);
        v1::TimelinePoint point;
        point.set_from_unix_nanos(ToUnixNanos(window.from));
        Fill(inspection.ledger.WindowOf(flow, window.from, window.until), by, *point.mutable_counters(),
             *point.mutable_latency());
        return point;
      });
  if (!answer) return TooBusy();
  ingest::Fill(answer->mark, *reply.mutable_mark());
  for (size_t i = 0; i < timeline.points; ++i) {
    v1::TimelinePoint& point = *reply.add_points();
    point = answer->items[i];
    point.set_cohort_open((*open)[i]);
  }
  return grpc::Status::OK;
}

}  // namespace oneway::report
