// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <vector>

#include "common/flow/ids.h"
#include "common/flow/rules.h"
#include "common/sync/mutex.h"

namespace oneway::flow {

// The rules of every flow that a joiner knows, by FlowId. Readers see a reload at their next look.
//
// Threading: thread-safe; Of() takes no lock.
// Ownership: keeps every Rules ever published until it is destroyed, so a reference from Of() stays valid.
class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  // The rules of a flow that was published. An unknown id is a bug and stops the process.
  const Rules& Of(FlowId flow) const;
  // Makes `rules` those of `flow` from now on; `flow` < kFlowsMax.
  void Publish(FlowId flow, Rules rules);
  // Flows published so far: ids 0 to size - 1.
  uint32_t size() const { return size_.load(std::memory_order_acquire); }

 private:
  std::array<std::atomic<const Rules*>, kFlowsMax> rules_{};
  std::atomic<uint32_t> size_{0};
  sync::Mutex mutex_;
  std::vector<std::unique_ptr<const Rules>> kept_ ONEWAY_GUARDED_BY(mutex_);
};

}  // namespace oneway::flow
