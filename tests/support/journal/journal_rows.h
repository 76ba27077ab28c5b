// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "joiner/journal/row.h"

namespace oneway::journal {

// Rows as the engine writes them, times counted from kTestEpoch, all of flow 0. `key` must outlive the row.
inline constexpr Time kTestEpoch = FromUnixNanos(1'700'000'000'000'000'000);

Row StartRow(std::string_view key, Duration at = {});
Row EndRow(std::string_view key, Duration at = {});
Row MatchedRow(std::string_view key, Duration started_at = {}, Duration latency = std::chrono::seconds(2));
// Remembered until the joiner clock passes `remember_until`.
Row ExpiredRow(std::string_view key, Duration started_at, Duration remember_until);
Row LateRow(std::string_view key, Duration started_at, Duration latency, Duration remember_until);
// Times that are kNoTime are not known.
Row FanoutRow(std::string_view key, Time start, Time completed = kNoTime, uint32_t expected = 0);
Row PartRow(std::string_view key, std::string_view part, Time declared, Time ended = kNoTime);
// Last progress 9 s after the start.
Row StuckRow(std::string_view key, Duration started_at, Duration remember_until, uint32_t missing,
             std::string_view ids);

// "4096 start push-7"; DONE rows have no key and show their latency instead: "4096 matched 2s".
std::string Render(Sequence sequence, const Row& row);

}  // namespace oneway::journal
