// SPDX-License-Identifier: Apache-2.0
#include "joiner/ingest/serving_gate.h"

#include <glog/logging.h>

#include <utility>

namespace oneway::ingest {

absl::Status ServingGate::Check() const {
  const sync::MutexLock lock(mutex_);
  if (!refusal_.empty()) return absl::FailedPreconditionError(refusal_);
  if (draining_) return absl::UnavailableError("this joiner is shutting down");
  return absl::OkStatus();
}

void ServingGate::Refuse(std::string reason) {
  const sync::MutexLock lock(mutex_);
  if (!refusal_.empty()) return;
  LOG(ERROR) << "serving no more: " << reason;
  refusal_ = std::move(reason);
}

void ServingGate::Drain() {
  const sync::MutexLock lock(mutex_);
  draining_ = true;
}

}  // namespace oneway::ingest
