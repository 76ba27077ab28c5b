// SPDX-License-Identifier: Apache-2.0
#include "partitioner/route/batch_ticket.h"

#include <glog/logging.h>

#include <algorithm>
#include <utility>

namespace oneway::partitioner::route {

BatchTicket::BatchTicket(uint64_t batch, uint32_t events, Answer answer)
    : batch_(batch), answer_(std::move(answer)), unsettled_(events) {
  CHECK_GT(events, 0u);
}

void BatchTicket::Except(uint32_t index, event::Outcome outcome) {
  const sync::MutexLock lock(mutex_);
  exceptions_.push_back({index, outcome});
}

void BatchTicket::Settle(uint32_t events) {
  // Release: what this thread noted is seen by the one that answers.
  const uint32_t before = unsettled_.fetch_sub(events, std::memory_order_acq_rel);
  CHECK_GE(before, events) << "batch " << batch_ << " settled more events than it has";
  if (before != events) return;

  std::vector<BatchException> exceptions;
  {
    const sync::MutexLock lock(mutex_);
    exceptions = std::move(exceptions_);
  }
  std::sort(exceptions.begin(), exceptions.end(),
            [](const BatchException& a, const BatchException& b) { return a.index < b.index; });
  answer_(batch_, std::move(exceptions));
}

}  // namespace oneway::partitioner::route
