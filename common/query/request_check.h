// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "absl/status/status.h"
#include "oneway/v1/query.pb.h"

namespace oneway::query {

// What a request must be before a joiner is asked; INVALID_ARGUMENT says what it is not. Pure.

absl::Status Check(const v1::StatsRequest& request);
absl::Status Check(const v1::KeyRequest& request);
absl::Status Check(const v1::TimelineRequest& request);
absl::Status Check(const v1::OverdueRequest& request);
absl::Status Check(const v1::SlowestRequest& request);
absl::Status Check(const v1::TailRequest& request);

// What a request that passed asks for where it says 0.
inline constexpr uint32_t kKeysMax = 1000;  // of Overdue and Slowest
uint32_t LimitOf(const v1::OverdueRequest& request);
uint32_t LimitOf(const v1::SlowestRequest& request);
uint32_t WindowSecondsOf(const v1::SlowestRequest& request);
inline constexpr uint32_t kTailPerSecondMax = 1000;
uint32_t PerSecondOf(const v1::TailRequest& request);

}  // namespace oneway::query
