// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/event_line.h"
#include "cli/send.h"

namespace oneway::cli {

// Whether any flag speaks of an event.
bool NamesAnEvent(const SendOptions& options);

// Fills `event`, whose views then are into `options`. Returns what is wrong with the flags, as a sentence; empty when
// nothing is.
std::string ReadEventFlags(const SendOptions& options, EventLine& event);

}  // namespace oneway::cli
