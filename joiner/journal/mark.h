// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace oneway::journal {

// Grows by one with each commit that writes, over the whole life of a data folder.
enum class CommitNumber : uint64_t {};

// Drawn at random at each start of a joiner; never 0.
enum class RunId : uint64_t {};

// A point in the life of a data folder: everything up to `commit`, as written by `run` or before it.
// Mark{} stands before everything.
struct Mark {
  RunId run{};
  CommitNumber commit{};

  friend bool operator==(const Mark&, const Mark&) = default;
};

}  // namespace oneway::journal
