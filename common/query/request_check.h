// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "absl/status/status.h"
#include "oneway/v1/query.pb.h"

namespace oneway::query {

// What a request must be before a joiner is asked; INVALID_ARGUMENT says what it is not. Pure.

absl::Status Check(const v1::StatsRequest& request);
absl::Status Check(const v1::KeyRequest& request);

}  // namespace oneway::query
