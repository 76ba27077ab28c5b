// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "rocksdb/options.h"

namespace oneway::journal {

// How the rows of a family are read through once.
//
// Range deletions, which the journal never writes, are not looked for: with them RocksDB 7.8's iterators stop without
// an error at a table of a level whose first block is damaged, and what lies behind would be missing without a word.
// Threading: immutable (a free function).
inline rocksdb::ReadOptions SequentialRead() {
  constexpr size_t kReadaheadBytes = size_t{4} << 20;
  rocksdb::ReadOptions read;
  read.readahead_size = kReadaheadBytes;
  read.fill_cache = false;
  read.verify_checksums = true;
  read.ignore_range_deletions = true;
  return read;
}

}  // namespace oneway::journal
