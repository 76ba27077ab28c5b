// SPDX-License-Identifier: Apache-2.0
#include "joiner/shard/tail_hub.h"

#include <algorithm>
#include <utility>

namespace oneway::shard {

bool TailFilter::Takes(const join::DecidedKey& key) const {
  if ((decisions >> static_cast<int>(key.what) & 1) == 0) return false;
  const bool has_latency = key.what == join::Decided::kMatched || key.what == join::Decided::kLate;
  if (latency_min > Duration::zero() && !(has_latency && key.latency >= latency_min)) return false;
  return key_prefix.empty() || key.key.view().substr(0, key_prefix.size()) == key_prefix;
}

void TailListener::Offer(std::vector<TailedKey> keys, uint64_t passed_over) {
  const sync::MutexLock lock(mutex_);
  for (TailedKey& key : keys) {
    sample_.Offer([&key] { return std::move(key); });
  }
  sample_.AddPassedOver(passed_over);
}

bool TailHub::Add(std::shared_ptr<TailListener> listener) {
  const sync::MutexLock lock(mutex_);
  if (listeners_.size() == kListenersMax) return false;
  listeners_.push_back(std::move(listener));
  ++generation_;
  return true;
}

void TailHub::Remove(const std::shared_ptr<TailListener>& listener) {
  const sync::MutexLock lock(mutex_);
  std::erase(listeners_, listener);
  ++generation_;
}

TailHub::Listeners TailHub::listeners() const {
  const sync::MutexLock lock(mutex_);
  return listeners_;
}

}  // namespace oneway::shard
