// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <functional>
#include <string>

#include "cli/console.h"

namespace oneway::cli {

// What the parsed verb will do.
using Verb = std::function<Exit(const std::string& server, Console& console)>;

// Adds an option that takes a duration, such as 5m, of at least `least`. `duration` outlives the parsing.
void AddDuration(CLI::App& verb, const std::string& name, std::chrono::nanoseconds& duration,
                 std::chrono::nanoseconds least, const std::string& description);

}  // namespace oneway::cli
