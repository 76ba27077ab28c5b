// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "common/event/event.h"
#include "partitioner/route/batch_ticket.h"

namespace oneway::partitioner::ingest {

// What clients sent and what became of it, for metrics.
// Threading: thread-safe.
struct IngestFigures {
  static constexpr size_t kStatuses = 5;  // of event::Status
  static constexpr size_t kReasons = 11;  // of event::InvalidReason

  std::array<std::atomic<uint64_t>, kStatuses> events{};         // by status, when answered
  std::array<std::atomic<uint64_t>, kReasons> invalid_events{};  // by reason
  std::atomic<uint64_t> batches{0};                              // read and well-formed
  std::atomic<uint64_t> batches_refused{0};                      // that broke a bound
  std::atomic<uint64_t> streams_refused{0};                      // for load
  std::atomic<uint32_t> streams{0};                              // open now, unary calls included

  // Counts the outcomes of a batch of `batch_events`.
  void CountAnswer(uint32_t batch_events, const std::vector<route::BatchException>& exceptions) {
    Add(events[0], batch_events - exceptions.size());
    for (const route::BatchException& exception : exceptions) {
      Add(events[static_cast<size_t>(exception.outcome.status)], 1);
      if (exception.outcome.status != event::Status::kInvalid) continue;
      const auto reason = static_cast<size_t>(exception.outcome.reason);
      Add(invalid_events[reason < kReasons ? reason : 0], 1);  // a newer joiner may know more reasons
    }
  }

 private:
  static void Add(std::atomic<uint64_t>& counter, uint64_t count) {
    counter.fetch_add(count, std::memory_order_relaxed);
  }
};

}  // namespace oneway::partitioner::ingest
