// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"

namespace oneway::process {

// `count` different ports of 127.0.0.1 that were free a moment ago, for processes that must know each other's before
// they start. They are not reserved: whoever asks the system for one next may get the same.
absl::StatusOr<std::vector<uint16_t>> FreePorts(int count);

}  // namespace oneway::process
