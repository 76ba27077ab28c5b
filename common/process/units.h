// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/time/time.h"

namespace oneway::process {

// How people write durations and sizes in files, variables and flags. The errors say what to write instead.
// Threading: pure functions.

// A whole number and a unit, one of ns us ms s m h d: `300ms`, `30d`. A bare number is an error: its unit is unknown.
absl::StatusOr<Duration> ParseDuration(const std::string& text);
// A whole number of bytes, or one with a unit out of B KiB MiB GiB TiB: `64MiB`.
absl::StatusOr<uint64_t> ParseSize(const std::string& text);
// A whole number without unit, not negative.
absl::StatusOr<uint64_t> ParseCount(const std::string& text);

// The shortest exact form that the parsers above read back.
std::string FormatDuration(Duration duration);
std::string FormatSize(uint64_t bytes);

}  // namespace oneway::process
