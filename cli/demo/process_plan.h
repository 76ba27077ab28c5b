// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cli/demo/programs.h"

namespace oneway::cli::demo {

// Who takes part in the demo. Threading: pure functions.

// A process, and how to tell that it serves.
struct ProcessSpec {
  std::string name;  // `joiner-0`; also the name of its log, `joiner-0.log`
  std::vector<std::string> command;
  std::string http_address;  // empty: it serves nobody
  std::string health_path;   // answers 200 once it serves
};

// All processes and what they share.
struct ProcessPlan {
  std::string config;  // of joiners and partitioner, as YAML
  std::string config_path;
  std::string server;               // the partitioner's gRPC address
  std::string joiner_http_address;  // joiner-0's, with its /metrics
  std::string push_http_address;    // of the push service
  std::string browser_url;          // the partitioner's page for people
  std::string task_durations_path;  // see ReadDurations
  std::vector<ProcessSpec> processes;
};

// Names of processes that are started and ended together. Each group needs those above it; when it ends, it hands them
// what it still holds.
using Names = std::span<const char* const>;
inline constexpr std::array kOneway = {"partitioner", "joiner-0", "joiner-1"};
inline constexpr std::array kGateways = {"gateway-apns", "gateway-gcm"};
inline constexpr std::array kApplications = {"task", "push"};
inline constexpr std::array kUsers = {"users"};

inline constexpr char kStoppedGateway[] = "gateway-apns";
inline constexpr std::array kKilledJoiner = {"joiner-1"};

// How many ports MakeProcessPlan needs.
inline constexpr int kPorts = 10;

// The demo's processes, with everything they write in `folder` and at `ports` of 127.0.0.1.
ProcessPlan MakeProcessPlan(const Programs& programs, const std::string& folder, const std::vector<uint16_t>& ports);

}  // namespace oneway::cli::demo
