// SPDX-License-Identifier: Apache-2.0
#include "joiner/report/local_slowest.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "common/query/merge_keys.h"
#include "common/query/request_check.h"
#include "common/query/window.h"
#include "joiner/report/figures_proto.h"
#include "joiner/shard/inspect.h"

namespace oneway::report {
namespace {

struct Wanted {
  std::optional<flow::FlowId> flow;  // only of this one; none: of all
  Time from;
  size_t limit = 0;
};

bool IsSlower(const join::DecidedKey* a, const join::DecidedKey* b) {
  return a->latency > b->latency;
}

std::vector<join::DecidedKey> SlowestOf(const shard::SlowestKeys& kept, const Wanted& wanted) {
  std::vector<const join::DecidedKey*> slowest;  // a heap: the fastest first
  kept.ForEachFrom(wanted.from, [&](const join::DecidedKey& key) {
    if (wanted.flow && *wanted.flow != key.flow) return;
    if (slowest.size() == wanted.limit) {
      if (!IsSlower(&key, slowest.front())) return;
      std::pop_heap(slowest.begin(), slowest.end(), IsSlower);
      slowest.pop_back();
    }
    slowest.push_back(&key);
    std::push_heap(slowest.begin(), slowest.end(), IsSlower);
  });
  std::vector<join::DecidedKey> copies;
  for (const join::DecidedKey* key : slowest) copies.push_back(key->Copy());
  return copies;
}

v1::SlowKey ToProto(const join::DecidedKey& key, const LocalQueryParts& parts) {
  v1::SlowKey proto;
  proto.set_flow(parts.dictionary.FlowName(key.flow));
  // The flow may have begun to hide its keys since.
  if (parts.flows.Of(key.flow).keys != flow::Keys::kHashed) proto.set_key(std::string(key.key.view()));
  proto.set_fingerprint(Hex(key.fingerprint));
  proto.set_started_unix_nanos(ToUnixNanos(key.start));
  proto.set_ended_unix_nanos(ToUnixNanos(key.end));
  proto.set_latency_nanos(static_cast<uint64_t>(key.latency.count()));
  FillLabels(parts.dictionary.NameOf(key.series).labels, *proto.mutable_labels());
  proto.set_joiner(parts.joiner);
  return proto;
}

}  // namespace

grpc::Status AnswerSlowest(const LocalQueryParts& parts, const v1::SlowestRequest& request, v1::SlowestReply& reply) {
  reply.set_joiner(parts.joiner);
  Wanted wanted{.flow = std::nullopt,
                .from = query::WindowOf(query::WindowSecondsOf(request), 0, parts.clock.Wall()).from,
                .limit = query::LimitOf(request)};
  if (!request.flow().empty()) {
    wanted.flow = FindFlow(parts.dictionary, request.flow());
    if (!wanted.flow) return grpc::Status::OK;
  }
  const auto slowest = shard::InspectAndWait(
      parts.committer, false, kAnswerWaitMax,
      [wanted](const shard::Inspection& inspection) { return SlowestOf(inspection.slowest, wanted); });
  if (!slowest) return TooBusy();
  v1::SlowestReply all;
  for (const join::DecidedKey& key : *slowest) *all.add_keys() = ToProto(key, parts);
  reply = query::MergeSlowest({all}, query::LimitOf(request));
  reply.set_joiner(parts.joiner);
  return grpc::Status::OK;
}

}  // namespace oneway::report
