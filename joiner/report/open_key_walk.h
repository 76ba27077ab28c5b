// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <future>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "joiner/report/local_query_parts.h"
#include "joiner/shard/inspect.h"

namespace oneway::report {

// Shows every open key of this joiner to a copy of `seen` for each shard, by seen.See(const join::OpenKeyView&) on the
// shard's thread, and returns the copies once all that they saw is durable. None: that took longer than
// kAnswerWaitMax, or the joiner ends. Each key is seen as it stood at some moment of the walk, not all at one commit.
// Cost: see shard::OpenWalks. `seen` must look at nothing of the asker's, who may have gone when it is shown something.
template <typename Seen>
std::optional<std::vector<Seen>> WalkOpenKeys(const LocalQueryParts& parts, const Seen& seen) {
  struct Walk {
    Seen seen;
    std::promise<Seen> promise;
  };
  const auto give_up_at = std::chrono::steady_clock::now() + kAnswerWaitMax;
  std::vector<std::future<Seen>> futures;
  for (shard::Runner* runner : parts.runners) {
    auto walk = std::make_shared<Walk>(Walk{.seen = seen});
    futures.push_back(walk->promise.get_future());
    shard::OpenWalk work;
    work.visit = [walk](const join::OpenKeyView& key) { walk->seen.See(key); };
    work.on_done = [walk = std::move(walk)](const journal::Mark&) { walk->promise.set_value(std::move(walk->seen)); };
    runner->inbox().Put(std::move(work), give_up_at);
  }
  std::vector<Seen> all;
  for (std::future<Seen>& future : futures) {
    std::optional<Seen> one = shard::Await(future, give_up_at - std::chrono::steady_clock::now());
    if (!one) return std::nullopt;
    all.push_back(*std::move(one));
  }
  return all;
}

}  // namespace oneway::report
