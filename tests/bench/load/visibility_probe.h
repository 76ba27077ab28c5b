// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "common/histogram/histogram.h"
#include "common/sync/mutex.h"
#include "oneway/v1/ingest.grpc.pb.h"
#include "oneway/v1/query.grpc.pb.h"

namespace oneway::bench {

// While it exists: begins and ends a flow of its own now and then, and asks for its key until the answer is MATCHED.
// Threading: owned by one thread; has one of its own.
class VisibilityProbe {
 public:
  explicit VisibilityProbe(const std::string& target);
  ~VisibilityProbe();

  // From just before an end was sent until a query showed it.
  histogram::Histogram Stop();

 private:
  void Run();
  void Probe(const std::string& key);
  bool WaitForNext();

  const std::unique_ptr<v1::Ingest::Stub> ingest_;
  const std::unique_ptr<v1::Query::Stub> query_;
  histogram::Histogram latencies_;  // of the thread, until it was joined
  sync::Mutex mutex_;
  sync::ConditionVariable changed_;
  bool stopping_ ONEWAY_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace oneway::bench
