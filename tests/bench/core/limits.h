// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tests/bench/core/core_load.h"
#include "tests/bench/measure/measured.h"

namespace oneway::bench {

// What the joiner's core is compared with. Each does less than the core.

// Writes what RecordingStore recorded: RocksDB alone, the same rows in the same commits, each synced.
enum class Memtable { kVector, kSkipList, kArrival };  // RocksDB's own, and the journal's
Findings WriteRecorded(const std::string& record_path, const std::string& folder, Memtable memtable);
// A hash map from fingerprint to start: insert at a start, find and erase at an end. Nothing is stored or counted.
Findings JoinInMap(const CoreLoadOptions& options);
// RocksDB as one would take it at first: Put at a start, Get and Delete at an end; nothing is synced or counted.
Findings JoinInRocksDb(const CoreLoadOptions& options, const std::string& folder);

}  // namespace oneway::bench
