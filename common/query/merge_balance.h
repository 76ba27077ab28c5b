// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "oneway/v1/query.pb.h"

namespace oneway::query {

// The balance of the cluster from those of its joiners: flows by name, summed; `unexplained` summed as an absolute
// value of each joiner and flow, so that one joiner's surplus never hides another's loss; incarnations by name. Pure.
// `missing` is left to the caller.
v1::BalanceReply MergeBalances(const std::vector<v1::BalanceReply>& joiners);

}  // namespace oneway::query
