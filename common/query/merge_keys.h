// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "oneway/v1/query.pb.h"

namespace oneway::query {

// Lists of keys from the joiners' own: the first `limit` of all. Exact, because each joiner tells its first `limit`.
// `missing` is left to the caller. Pure.

// Oldest first; counts summed, by flow and in all.
v1::OverdueReply MergeOverdue(const std::vector<v1::OverdueReply>& joiners, uint32_t limit);
// Slowest first.
v1::SlowestReply MergeSlowest(const std::vector<v1::SlowestReply>& joiners, uint32_t limit);

}  // namespace oneway::query
