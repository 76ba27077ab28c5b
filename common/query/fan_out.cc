// SPDX-License-Identifier: Apache-2.0
#include "common/query/fan_out.h"

namespace oneway::query {

std::chrono::system_clock::time_point DeadlineFor(const grpc::ServerContext& caller, Duration timeout) {
  // gRPC keeps deadlines by the system's clock; this is no time of any event.
  using Clock = std::chrono::system_clock;
  const Clock::time_point now = Clock::now();
  const Clock::duration caller_waits = std::max(Clock::duration::zero(), caller.deadline() - now);
  return now + std::min(std::chrono::duration_cast<Clock::duration>(timeout), caller_waits - caller_waits / 5);
}

}  // namespace oneway::query
