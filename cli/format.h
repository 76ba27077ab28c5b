// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/time/time.h"

namespace oneway::cli {

// How results are written for people.
// Threading: pure functions.

// Three digits of what matters: `85us`, `350ms`, `1.24s`, `2m05s`, `3h20m`, `4d06h`; `-` before a negative one.
std::string FormatDuration(Duration duration);

// The same of seconds as replies carry them.
std::string FormatSeconds(double seconds);

// RFC 3339 with milliseconds and the offset of this machine's time zone: `2026-03-01T14:00:00.250+01:00`.
std::string FormatLocalTime(Time time);

// RFC 3339 in UTC with nanoseconds, for programs: `2026-03-01T13:00:00.250000000Z`.
std::string FormatUtcTime(Time time);

// How far a time lies from now: `3.5s ago`, `in 2m05s`.
std::string FormatAgo(Time time, Time now);

// Rows in aligned columns, two spaces apart: the first column to the left, the others to the right. The first row is
// the header. Each line ends with a newline and has no space before it.
std::string FormatTable(const std::vector<std::vector<std::string>>& rows);

}  // namespace oneway::cli
