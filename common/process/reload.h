// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/process/config.h"
#include "common/time/time.h"

namespace oneway::process {

// Reads the configuration of a running process once more: LoadConfig with what it was started with.
using ConfigReader = std::function<absl::StatusOr<Loaded>()>;

// What a process can tell of its reloads.
struct ReloadFigures {
  uint64_t failures = 0;   // since the start of the process
  bool successful = true;  // the last one; the start counts as one
  Time at{};               // of the last successful one
};

// The settings of a process of this role that differ between the two, flows aside, by path: `joiner.memory_max`. They
// are read at the start only.
std::vector<std::string> SettingsThatNeedRestart(Role role, const Config& running, const Config& read);

// Says in the log that they differ, if any does.
void LogSettingsThatNeedRestart(Role role, const Config& running, const Config& read);

}  // namespace oneway::process
