// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/top/rate_meter.h"
#include "cli/top/snapshot.h"
#include "oneway/v1/query.pb.h"

namespace oneway::cli::top {

// What a look at a cluster brought.
struct Replies {
  v1::StatsReply window;  // of the window
  v1::StatsReply ever;    // since ever
  v1::OverdueReply overdue;
  v1::BalanceReply balance;
};

// The replies as a snapshot, and `meter` one reading further. Rates are those since the reading before; with the very
// first one, those over the window. Threading: pure.
Snapshot SnapshotOf(const Replies& replies, Window window, Time at, MonotonicTime read_at, RateMeter& meter);

}  // namespace oneway::cli::top
