// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "common/time/rfc3339.h"
#include "common/time/time.h"

namespace oneway::cli {

using time::ParseRfc3339;

// Reads what --time takes: RFC 3339, Unix nanoseconds, or `now`, which Time{} stands for.
std::optional<Time> ParseTime(std::string_view text);

}  // namespace oneway::cli
