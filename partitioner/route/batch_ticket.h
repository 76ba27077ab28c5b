// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "common/event/event.h"
#include "common/sync/mutex.h"
#include "partitioner/route/series_table.h"

namespace oneway::partitioner::route {

// An event of a batch that is not OK.
struct BatchException {
  uint32_t index = 0;  // of the event in its batch
  event::Outcome outcome;

  friend bool operator==(const BatchException&, const BatchException&) = default;
};

// Counts how many events of a client's batch still wait for their outcome, and answers when there are none left.
//
// Flow: ingest makes one for each batch; lanes settle their share of it; ingest itself settles the events it refused.
// Threading: thread-safe.
// Ownership: shared by the lanes that hold events of the batch, because the client may be gone before they are settled.
class BatchTicket {
 public:
  // Called once, by whoever settles the last event, with the exceptions ascending by index. Must not block.
  using Answer = std::function<void(uint64_t batch, std::vector<BatchException> exceptions)>;

  // `events` > 0.
  BatchTicket(uint64_t batch, uint32_t events, Answer answer);

  // Keeps the series of the batch for as long as the ticket lives, which is as long as a lane may send events of it. At
  // most once, before any event is handed over.
  void Hold(HeldSeries series) { series_ = std::move(series); }

  // Notes what became of an event that is not OK; that event must be settled after.
  void Except(uint32_t index, event::Outcome outcome);
  // `events` more events have their outcome. Settling more than there are is a bug and stops the process.
  void Settle(uint32_t events);

 private:
  const uint64_t batch_;
  const Answer answer_;
  std::atomic<uint32_t> unsettled_;
  HeldSeries series_;
  sync::Mutex mutex_;
  std::vector<BatchException> exceptions_ ONEWAY_GUARDED_BY(mutex_);
};

}  // namespace oneway::partitioner::route
