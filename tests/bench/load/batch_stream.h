// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/histogram/histogram.h"
#include "common/sync/mutex.h"
#include "oneway/v1/ingest.grpc.pb.h"
#include "tests/bench/workload/timeline.h"

namespace oneway::bench {

// One client's stream to a partitioner. It sends batches as the SDK does, but from a plan and without queue or retry.
//
// Threading: Add, Flush and Finish by one thread, the rest is thread-safe; a thread of its own reads the answers.
class BatchStream {
 public:
  struct Options {
    uint32_t batch_events = 512;
    uint32_t window_batches = 64;  // unanswered; as many as a partitioner takes of one client
  };
  // What became of the events that were answered.
  struct Answered {
    uint64_t events = 0;
    uint64_t duplicate = 0;
    uint64_t refused = 0;            // neither OK nor DUPLICATE
    histogram::Histogram latencies;  // of batches: from when their oldest event was due until they were answered
  };

  // `planner` outlives it.
  BatchStream(const std::string& target, const FlowPlanner& planner, Options options);
  ~BatchStream();

  // Puts the event into the open batch and sends that when it is full, which waits while the window is.
  void Add(const PlannedEvent& event);
  // Sends what is in the open batch.
  void Flush();
  // Whether a batch can be sent without waiting.
  bool HasRoom();
  // Waits until everything is answered and ends the stream; false: it ended before.
  bool Finish();

  Answered answered() const;
  void ForgetLatencies();

 private:
  struct Sent {
    Time due;  // of its oldest event
    uint32_t events = 0;
  };

  void WaitForRoom();
  void ReadAnswers();
  void Take(const v1::IngestAnswer& answer, Time now) ONEWAY_REQUIRES(mutex_);

  const FlowPlanner& planner_;
  const Options options_;
  const std::unique_ptr<v1::Ingest::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::IngestBatch, v1::IngestAnswer>> stream_;
  std::vector<uint32_t> index_of_series_;  // in the open batch, plus one; 0: not named there yet
  v1::IngestBatch batch_;
  std::string key_;
  Time oldest_due_{};
  uint64_t next_batch_ = 1;

  mutable sync::Mutex mutex_;
  sync::ConditionVariable changed_;
  std::deque<Sent> sent_ ONEWAY_GUARDED_BY(mutex_);  // not answered; the front is batch number first_
  uint64_t first_ ONEWAY_GUARDED_BY(mutex_) = 1;
  uint32_t unanswered_ ONEWAY_GUARDED_BY(mutex_) = 0;
  bool ended_ ONEWAY_GUARDED_BY(mutex_) = false;
  Answered answered_ ONEWAY_GUARDED_BY(mutex_);
  std::thread reader_;
};

}  // namespace oneway::bench
