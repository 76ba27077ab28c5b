// SPDX-License-Identifier: Apache-2.0
#include "common/query/merge_keys.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

namespace oneway::query {
namespace {

template <typename Reply, typename Before>
void MergeInto(const std::vector<Reply>& joiners, uint32_t limit, Before before, Reply& merged) {
  for (const Reply& joiner : joiners) merged.mutable_keys()->MergeFrom(joiner.keys());
  std::sort(merged.mutable_keys()->begin(), merged.mutable_keys()->end(), before);
  const auto keys = static_cast<uint32_t>(merged.keys_size());
  if (keys > limit) merged.mutable_keys()->DeleteSubrange(static_cast<int>(limit), static_cast<int>(keys - limit));
}

void SumCounts(const std::vector<v1::OverdueReply>& joiners, v1::OverdueReply& merged) {
  std::map<std::string, uint64_t> counts;
  for (const v1::OverdueReply& joiner : joiners) {
    merged.set_count(merged.count() + joiner.count());
    for (const v1::FlowOverdue& flow : joiner.flows()) counts[flow.flow()] += flow.count();
  }
  for (const auto& [flow, count] : counts) {
    v1::FlowOverdue& told = *merged.add_flows();
    told.set_flow(flow);
    told.set_count(count);
  }
}

}  // namespace

v1::OverdueReply MergeOverdue(const std::vector<v1::OverdueReply>& joiners, uint32_t limit) {
  v1::OverdueReply merged;
  MergeInto(
      joiners, limit,
      [](const v1::OverdueKey& a, const v1::OverdueKey& b) {
        return std::make_tuple(a.since_unix_nanos(), a.fingerprint()) <
               std::make_tuple(b.since_unix_nanos(), b.fingerprint());
      },
      merged);
  SumCounts(joiners, merged);
  return merged;
}

v1::SlowestReply MergeSlowest(const std::vector<v1::SlowestReply>& joiners, uint32_t limit) {
  v1::SlowestReply merged;
  MergeInto(
      joiners, limit,
      [](const v1::SlowKey& a, const v1::SlowKey& b) {
        return std::make_tuple(b.latency_nanos(), a.fingerprint()) <
               std::make_tuple(a.latency_nanos(), b.fingerprint());
      },
      merged);
  return merged;
}

}  // namespace oneway::query
