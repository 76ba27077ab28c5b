// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "joiner/journal/row.h"

namespace oneway::journal {

// A shard's changes of one commit as bytes, ready for the write; made on the shard's thread so that the committer only
// copies.
struct EncodedChanges {
  struct Put {
    Sequence sequence;
    uint32_t offset;  // of the value in `bytes`
    uint32_t size;
  };
  std::string bytes;
  std::vector<Put> puts;
  std::vector<Sequence> deletes;

  bool empty() const { return puts.empty() && deletes.empty(); }
  void Clear() {
    bytes.clear();
    puts.clear();
    deletes.clear();
  }
};

}  // namespace oneway::journal
