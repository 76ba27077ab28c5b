// SPDX-License-Identifier: Apache-2.0
#include "joiner/report/local_tail.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "common/query/request_check.h"
#include "common/query/tail_pace.h"
#include "common/query/ticks.h"
#include "joiner/report/figures_proto.h"
#include "joiner/shard/inspect.h"
#include "joiner/shard/tail_hub.h"

namespace oneway::report {
namespace {

shard::TailFilter FilterOf(const v1::TailRequest& request, const ledger::Dictionary& dictionary) {
  shard::TailFilter filter{.key_prefix = request.key_prefix()};
  // By name: the flow may come later.
  filter.takes_flow = [&dictionary, flow = request.flow()](flow::FlowId id) {
    return flow.empty() || dictionary.FlowName(id) == flow;
  };
  if (request.decisions_size() > 0) filter.decisions = 0;
  for (const int decision : request.decisions()) filter.decisions |= uint32_t{1} << decision;
  filter.latency_min =
      std::chrono::duration_cast<Duration>(std::chrono::duration<double>(request.min_latency_seconds()));
  return filter;
}

v1::TailDecision ToProto(const shard::TailedKey& tailed, const LocalQueryParts& parts) {
  const join::DecidedKey& key = tailed.key;
  v1::TailDecision proto;
  proto.set_decision(v1::Decision(static_cast<int>(key.what)));
  proto.set_flow(parts.dictionary.FlowName(key.flow));
  proto.set_key(std::string(key.key.view()));
  proto.set_fingerprint(Hex(key.fingerprint));
  proto.set_at_unix_nanos(ToUnixNanos(tailed.at));
  if (key.start != journal::kNoTime) proto.set_started_unix_nanos(ToUnixNanos(key.start));
  if (key.end != journal::kNoTime) proto.set_ended_unix_nanos(ToUnixNanos(key.end));
  proto.set_latency_nanos(key.latency.count());
  FillLabels(parts.dictionary.NameOf(key.series).labels, *proto.mutable_labels());
  proto.set_joiner(parts.joiner);
  return proto;
}

v1::TailReply ReplyOf(const shard::TailListener::Taken& taken, const LocalQueryParts& parts) {
  v1::TailReply reply;
  reply.set_joiner(parts.joiner);
  reply.set_passed_over(taken.passed_over);
  for (const shard::TailedKey& key : taken.keys) *reply.add_decisions() = ToProto(key, parts);
  return reply;
}

// All shards open a commit, and hear of the listener.
bool AwaitOpening(const LocalQueryParts& parts) {
  return shard::InspectAndWait(parts.committer, false, kAnswerWaitMax, [](const shard::Inspection&) { return true; })
      .has_value();
}

}  // namespace

grpc::Status ServeTail(const LocalQueryParts& parts, const v1::TailRequest& request, grpc::ServerContext& context,
                       grpc::ServerWriter<v1::TailReply>& writer) {
  const uint32_t per_second = query::PerSecondOf(request);
  const auto listener = std::make_shared<shard::TailListener>(FilterOf(request, parts.dictionary), per_second);
  shard::TailHub& hub = parts.committer.tail();
  if (!hub.Add(listener)) {
    return {grpc::StatusCode::RESOURCE_EXHAUSTED, "too many listen to this joiner already; end another tail first"};
  }
  const absl::Cleanup leave = [&] { hub.Remove(listener); };
  if (!AwaitOpening(parts)) return TooBusy();

  query::TailPace pace(per_second);
  query::Ticks ticks;
  bool goes_on = writer.Write(ReplyOf({}, parts));
  MonotonicTime told_at = query::Ticks::Now();
  while (goes_on && ticks.Await(context)) {
    if (const absl::Status status = parts.gate.Check(); !status.ok()) {
      return {grpc::StatusCode::UNAVAILABLE, std::string(status.message())};
    }
    const MonotonicTime now = query::Ticks::Now();
    const shard::TailListener::Taken taken =
        listener->Take([&](size_t shown, uint64_t passed_over) { return pace.Next(now, shown, passed_over); });
    if (taken.keys.empty() && taken.passed_over == 0 && now - told_at < query::kTailReplyMax) continue;
    told_at = now;
    goes_on = writer.Write(ReplyOf(taken, parts));
  }
  return grpc::Status::CANCELLED;
}

}  // namespace oneway::report
