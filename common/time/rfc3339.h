// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "common/time/time.h"

namespace oneway::time {

// Reads RFC 3339, such as 2026-03-01T14:00:00.25+01:00: date, `T` or a space, time, at most nine decimals, `Z` or an
// offset. nullopt for anything else, for days that do not exist, and beyond the years 1970 to 2261.
std::optional<Time> ParseRfc3339(std::string_view text);

}  // namespace oneway::time
