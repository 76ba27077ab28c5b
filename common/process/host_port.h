// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace oneway::process {

// `127.0.0.1:7100`, `joiner-0.example:7200` or `[::1]:7100` in its parts. A value.
struct HostPort {
  std::string host;  // without brackets, not empty
  uint16_t port = 0;
};

// Errors say what is missing; port 0 is accepted.
absl::StatusOr<HostPort> ParseHostPort(const std::string& text);

}  // namespace oneway::process
