// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "client/client.h"
#include "common/event/event.h"

namespace oneway::client {

// Why Oneway would refuse such an event for good, or could not even read it; null when nothing is wrong.
// What depends on the joiner's clock or on configuration is left to the answer. The id of a stage or part is
// options.end_id.
const char* WhyInvalid(event::Kind kind, std::string_view flow, std::string_view key,
                       const EventOptions& options) noexcept;

// Whether a text is well-formed UTF-8: one that is not would make a whole batch unreadable.
bool IsUtf8(std::string_view text) noexcept;

}  // namespace oneway::client
