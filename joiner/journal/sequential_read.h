// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "rocksdb/options.h"

namespace oneway::journal {

// How the rows of a family are read through once.
// Threading: immutable (a free function).
inline rocksdb::ReadOptions SequentialRead() {
  constexpr size_t kReadaheadBytes = size_t{4} << 20;
  rocksdb::ReadOptions read;
  read.readahead_size = kReadaheadBytes;
  read.fill_cache = false;
  read.verify_checksums = true;
  return read;
}

}  // namespace oneway::journal
