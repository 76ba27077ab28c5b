// SPDX-License-Identifier: Apache-2.0
#include "joiner/shard/tail_collector.h"

#include <utility>

namespace oneway::shard {

std::vector<join::DecidedKey>* TailCollector::Open() {
  if (const uint64_t generation = hub_.generation(); generation != generation_) {
    generation_ = generation;
    ears_.clear();
    for (std::shared_ptr<TailListener>& listener : hub_.listeners()) ears_.push_back({.listener = std::move(listener)});
  }
  return ears_.empty() ? nullptr : &decided_;
}

void TailCollector::Collect(Time clock) {
  for (const join::DecidedKey& key : decided_) {
    for (Ear& ear : ears_) {
      if (!ear.Takes(key)) continue;
      ear.sample.Offer([&] { return TailedKey{.key = key.Copy(), .at = clock}; });
    }
  }
  decided_.clear();
}

void TailCollector::Seal(std::vector<Release>& releases) {
  struct Share {
    std::shared_ptr<TailListener> listener;
    std::vector<TailedKey> keys;
    uint64_t passed_over;
  };
  for (Ear& ear : ears_) {
    if (ear.sample.empty()) continue;
    auto share = std::make_shared<Share>(Share{.listener = ear.listener, .passed_over = ear.sample.passed_over()});
    share->keys = ear.sample.Take(TailHub::kKeysAPartMax);
    releases.push_back([share = std::move(share)](const journal::Mark&) {
      share->listener->Offer(std::move(share->keys), share->passed_over);
    });
  }
}

bool TailCollector::Ear::Takes(const join::DecidedKey& key) {
  if (!listener->filter().Takes(key)) return false;
  const auto flow = static_cast<size_t>(key.flow);
  if (flow >= takes_flow.size()) takes_flow.resize(flow + 1);
  if (!takes_flow[flow]) takes_flow[flow] = listener->filter().takes_flow(key.flow);
  return *takes_flow[flow];
}

}  // namespace oneway::shard
