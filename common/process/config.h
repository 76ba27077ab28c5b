// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/flow/rules.h"
#include "common/hash/fingerprint.h"
#include "common/process/origins.h"
#include "common/time/time.h"

namespace oneway::process {

struct JoinerAddress {
  std::string name;     // unique in the cluster; 1 to 64 of [a-z0-9._-]
  std::string address;  // host:port of its gRPC server
};

// The same in all processes of a cluster.
struct ClusterConfig {
  hash::HashSeed seed{};
  std::vector<JoinerAddress> joiners;  // in slot order; each owns an equal contiguous range of slots
};

struct PartitionerConfig {
  std::string name;  // default: host name and process id
  std::string listen = "127.0.0.1:7100";
  std::string http_listen = "127.0.0.1:7101";
  uint64_t buffer_bytes_max = uint64_t{64} << 20;  // events not settled; one joiner takes at most a quarter
  Duration flush_interval = std::chrono::milliseconds(4);
  uint32_t client_streams_max = 512;
  Duration shutdown_grace = std::chrono::seconds(10);
};

enum class Durability : uint8_t { kFsync, kNone };

struct JoinerConfig {
  std::string name = "joiner-0";  // which of ClusterConfig::joiners this process is
  std::string listen;             // default: its address in the list
  std::string http_listen = "127.0.0.1:7201";
  std::string data;     // required
  uint32_t shards = 0;  // 0 = half as many as cores
  Durability durability = Durability::kFsync;
  uint64_t memory_max = uint64_t{4} << 30;  // bytes of open and closed keys
  uint64_t ledger_bytes_max = uint64_t{512} << 20;
  uint64_t disk_reserve = uint64_t{2} << 30;  // bytes of disk below which new keys are put off; 0: never
  Duration expiry_hold_max = std::chrono::minutes(10);
  Duration stall_hold = std::chrono::seconds(30);  // how long the joiner clock stands still after a start or stall
  Duration skew_max = std::chrono::minutes(5);
  uint64_t stretch_rows = uint64_t{1} << 20;
  uint64_t memtable_bytes = uint64_t{64} << 20;
  uint64_t file_write_rate = uint64_t{160} << 20;  // bytes per second
  bool accept_loss = false;
  Duration shutdown_grace = std::chrono::seconds(10);
};

struct FlowsConfig {
  flow::Rules defaults;  // for flows that are not configured
  std::vector<flow::Rules> flows;
};

// All that a process needs to know. One file serves every process of a cluster.
struct Config {
  ClusterConfig cluster;
  PartitionerConfig partitioner;
  JoinerConfig joiner;
  FlowsConfig flows;
};

enum class Role : uint8_t { kPartitioner, kJoiner };

// What the command line asked for besides running.
enum class Action : uint8_t { kRun, kHelp, kVersion };

struct Loaded {
  Action action = Action::kRun;
  std::string text;  // kHelp, kVersion: what to print before exit 0
  Config config;
  Origins origins;
};

// Builds the configuration of a process: defaults < file (--config) < ONEWAY_* variables < flags. Unknown keys, wrong
// units and impossible values are INVALID_ARGUMENT with file, line and, where one is near, a suggestion; the caller
// prints the message and exits with 78 (EX_CONFIG). May be repeated, to see what the file says meanwhile.
absl::StatusOr<Loaded> LoadConfig(Role role, int argc, const char* const* argv,
                                  const std::map<std::string, std::string>& environment);

}  // namespace oneway::process
