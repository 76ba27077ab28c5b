// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "joiner/journal/rocksdb_store.h"

namespace oneway::journal {

// A store in `folder` for the only joiner of a cluster; garbage is handled within each commit, without a thread.
RocksDbStore::Options TestStoreOptions(const std::string& folder);

// As TestStoreOptions, but with small files, of which so many lie in level 0 that none is ever compacted.
RocksDbStore::Options NeverCompactedOptions(const std::string& folder);

// As TestStoreOptions, but so small everywhere that a hundred thousand rows fill several levels.
RocksDbStore::Options SmallLevelOptions(const std::string& folder);

}  // namespace oneway::journal
