// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/support/status.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "joiner/join/key_story.h"
#include "joiner/join/open_key_view.h"
#include "joiner/report/local_query_parts.h"
#include "oneway/v1/query.pb.h"

namespace oneway::report {

// An open key that waits for too long. A value of its own: what it was copied from may be gone.
struct OverdueKey {
  hash::Fingerprint fingerprint;
  std::string key;
  flow::FlowId flow{};
  flow::SeriesId series{};
  Time start;
  Time since;
  Time deadline;
  std::optional<join::PartsStory> parts;
};

// Finds the oldest keys that wait for too long, and counts all of them, as a walk over open keys shows them.
//
// Bounds: `limit` keys, of at most about 600 bytes; a count for each flow.
// Threading: external. A value.
class OverdueKeys {
 public:
  struct Options {
    std::optional<flow::FlowId> flow;  // only of this one; none: of all
    Time now;
    // None: for longer than the flow's objective allows, or, without one, than half its ttl.
    std::optional<Duration> age_min;
    size_t limit = 0;
  };

  explicit OverdueKeys(const Options& options) : options_(options) {}

  void See(const join::OpenKeyView& key);

  // Of each flow that has one, also those beyond the limit.
  const std::map<flow::FlowId, uint64_t>& counts() const { return counts_; }
  // In no order.
  const std::vector<OverdueKey>& keys() const { return keys_; }

 private:
  void Keep(const join::OpenKeyView& key);

  Options options_;
  std::map<flow::FlowId, uint64_t> counts_;
  std::vector<OverdueKey> keys_;  // a heap: the youngest first
};

// JoinerQuery.LocalOverdue. Cost: a walk over all open keys, see shard::OpenWalks.
// Threading: thread-safe. UNAVAILABLE: no answer in time.
grpc::Status AnswerOverdue(const LocalQueryParts& parts, const v1::OverdueRequest& request, v1::OverdueReply& reply);

}  // namespace oneway::report
