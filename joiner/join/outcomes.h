// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/event/event.h"

namespace oneway::join {

// What Apply answers.
inline constexpr event::Outcome kApplied{};
inline constexpr event::Outcome kDuplicate{.status = event::Status::kDuplicate};
inline constexpr event::Outcome kTooLate{.status = event::Status::kTooLate};
// For want of memory or disk. A second, because what frees either is keys that are forgotten minute by minute.
inline constexpr event::Outcome kTryLater{.status = event::Status::kRetryAfter, .retry_after_millis = 1000};
inline constexpr event::Outcome kUnsupported{.status = event::Status::kInvalid,
                                             .reason = event::InvalidReason::kUnsupportedKind};

inline constexpr event::Outcome kTooManyParts{.status = event::Status::kInvalid,
                                              .reason = event::InvalidReason::kTooManyParts};

}  // namespace oneway::join
