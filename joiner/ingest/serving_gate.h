// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "absl/status/status.h"
#include "common/sync/mutex.h"

namespace oneway::ingest {

// Whether this joiner may take events, and if not, why.
// Threading: thread-safe.
class ServingGate {
 public:
  // OK, or what to tell a partitioner: FAILED_PRECONDITION when refusing for good, UNAVAILABLE when draining.
  absl::Status Check() const;
  // For good: only a restart (by an operator who read `reason`) opens it again. The first reason stays.
  void Refuse(std::string reason);
  // The process is about to end.
  void Drain();

 private:
  mutable sync::Mutex mutex_;
  std::string refusal_ ONEWAY_GUARDED_BY(mutex_);
  bool draining_ ONEWAY_GUARDED_BY(mutex_) = false;
};

}  // namespace oneway::ingest
