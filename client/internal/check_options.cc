// SPDX-License-Identifier: Apache-2.0
#include "client/internal/check_options.h"

#include "common/event/event.h"
#include "common/rpc/address.h"

namespace oneway::client {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

bool IsWithin(nanoseconds value, nanoseconds least, nanoseconds most) {
  return value >= least && value <= most;
}

}  // namespace

std::string WhatIsWrongWith(const Options& options) {
  if (options.targets.empty()) return "targets is empty; name a partitioner, such as 127.0.0.1:7100";
  for (const std::string& target : options.targets) {
    const auto address = rpc::ParseAddress(target);
    if (!address.ok()) return std::string(address.status().message());
  }
  if (options.queue_bytes_max < (size_t{64} << 10) || options.queue_bytes_max > (size_t{4} << 30)) {
    return "queue_bytes_max is not 64 KiB to 4 GiB";
  }
  if (!IsWithin(options.batch_delay, microseconds(50), seconds(1))) return "batch_delay is not 50 us to 1 s";
  if (options.batch_events_max < 1 || options.batch_events_max > event::kBatchEventsMax) {
    return "batch_events_max is not 1 to 1000";
  }
  if (options.window_batches_max < 1) return "window_batches_max is 0";
  if (!IsWithin(options.backoff_min, microseconds(1), options.backoff_max)) {
    return "backoff_min is not positive and at most backoff_max";
  }
  if (options.backoff_max > hours(1)) return "backoff_max is longer than an hour";
  if (!IsWithin(options.answer_wait_max, microseconds(1), hours(1))) {
    return "answer_wait_max is not positive and at most an hour";
  }
  if (options.shutdown_grace < nanoseconds(0)) return "shutdown_grace is negative";
  return "";
}

}  // namespace oneway::client
