// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace oneway::cli::demo {

// Paths of the programs that the demo runs.
struct Programs {
  std::string tool;  // `oneway` itself
  std::string joiner;
  std::string partitioner;
  std::string task;
  std::string push;
  std::string gateway;
  std::string users;
};

// Finds them beside the tool: in its own folder, as installed, or else where a build leaves them.
// NOT_FOUND names those that are missing and says how to build them.
absl::StatusOr<Programs> FindPrograms(const std::string& tool);

// The path of the program that this process runs.
std::string OwnPath();

}  // namespace oneway::cli::demo
