// SPDX-License-Identifier: Apache-2.0
#include "joiner/report/local_overdue.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "common/query/merge_keys.h"
#include "common/query/request_check.h"
#include "joiner/report/figures_proto.h"
#include "joiner/report/open_key_walk.h"

namespace oneway::report {
namespace {

Duration MayTake(const flow::Rules& rules) {
  return rules.objective ? rules.objective->under : rules.ttl / 2;
}

template <typename A, typename B>
bool IsOlder(const A& a, const B& b) {
  return std::tie(a.since, a.fingerprint) < std::tie(b.since, b.fingerprint);
}

OverdueKeys::Options OptionsOf(const v1::OverdueRequest& request, std::optional<flow::FlowId> flow, Time now) {
  OverdueKeys::Options options{.flow = flow, .now = now, .limit = query::LimitOf(request)};
  if (request.min_age_seconds() > 0) {
    options.age_min = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(request.min_age_seconds()));
  }
  return options;
}

v1::OverdueKey ToProto(const OverdueKey& key, const LocalQueryParts& parts) {
  v1::OverdueKey proto;
  proto.set_flow(parts.dictionary.FlowName(key.flow));
  proto.set_key(key.key);
  proto.set_fingerprint(Hex(key.fingerprint));
  proto.set_started_unix_nanos(ToUnixNanos(key.start));
  proto.set_since_unix_nanos(ToUnixNanos(key.since));
  proto.set_deadline_unix_nanos(ToUnixNanos(key.deadline));
  FillLabels(parts.dictionary.NameOf(key.series).labels, *proto.mutable_labels());
  proto.set_joiner(parts.joiner);
  if (key.parts) Fill(*key.parts, *proto.mutable_parts());
  return proto;
}

}  // namespace

void OverdueKeys::See(const join::OpenKeyView& key) {
  if (options_.flow && *options_.flow != key.flow) return;
  const Duration age = options_.now - key.since;
  if (options_.age_min ? age < *options_.age_min : age <= MayTake(key.rules)) return;
  ++counts_[key.flow];
  if (keys_.size() < options_.limit || IsOlder(key, keys_.front())) Keep(key);
}

void OverdueKeys::Keep(const join::OpenKeyView& key) {
  if (keys_.size() == options_.limit) {
    std::pop_heap(keys_.begin(), keys_.end(), IsOlder<OverdueKey, OverdueKey>);
    keys_.pop_back();
  }
  OverdueKey kept{.fingerprint = key.fingerprint,
                  .key = std::string(key.key),
                  .flow = key.flow,
                  .series = key.series,
                  .start = key.start,
                  .since = key.since,
                  .deadline = key.deadline};
  if (key.gathers != nullptr) kept.parts = join::PartsOf(*key.gathers);
  keys_.push_back(std::move(kept));
  std::push_heap(keys_.begin(), keys_.end(), IsOlder<OverdueKey, OverdueKey>);
}

grpc::Status AnswerOverdue(const LocalQueryParts& parts, const v1::OverdueRequest& request, v1::OverdueReply& reply) {
  const Time now = parts.clock.Wall();
  std::vector<v1::OverdueReply> shards;
  const std::optional<flow::FlowId> flow = FindFlow(parts.dictionary, request.flow());
  if (request.flow().empty() || flow) {
    const auto walked = WalkOpenKeys(parts, OverdueKeys(OptionsOf(request, flow, now)));
    if (!walked) return TooBusy();
    for (const OverdueKeys& shard : *walked) {
      v1::OverdueReply& told = shards.emplace_back();
      for (const auto& [of, count] : shard.counts()) {
        v1::FlowOverdue& counted = *told.add_flows();
        counted.set_flow(parts.dictionary.FlowName(of));
        counted.set_count(count);
        told.set_count(told.count() + count);
      }
      for (const OverdueKey& key : shard.keys()) *told.add_keys() = ToProto(key, parts);
    }
  }
  reply = query::MergeOverdue(shards, query::LimitOf(request));
  reply.set_joiner(parts.joiner);
  reply.set_now_unix_nanos(ToUnixNanos(now));
  return grpc::Status::OK;
}

}  // namespace oneway::report
