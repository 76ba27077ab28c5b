// SPDX-License-Identifier: Apache-2.0
#include "common/flow/registry.h"

#include <glog/logging.h>

#include <utility>

namespace oneway::flow {

Registry::Registry() = default;
Registry::~Registry() = default;

const Rules& Registry::Of(FlowId flow) const {
  const auto index = static_cast<uint32_t>(flow);
  CHECK_LT(index, kFlowsMax);
  const Rules* rules = rules_[index].load(std::memory_order_acquire);
  CHECK(rules != nullptr) << "flow " << index << " was never published";
  return *rules;
}

void Registry::Publish(FlowId flow, Rules rules) {
  const auto index = static_cast<uint32_t>(flow);
  CHECK_LT(index, kFlowsMax);
  const sync::MutexLock lock(mutex_);
  kept_.push_back(std::make_unique<const Rules>(std::move(rules)));
  rules_[index].store(kept_.back().get(), std::memory_order_release);
  if (index >= size_.load(std::memory_order_relaxed)) size_.store(index + 1, std::memory_order_release);
}

}  // namespace oneway::flow
