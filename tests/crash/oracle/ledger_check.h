// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "oneway/v1/query.pb.h"
#include "tests/crash/oracle/findings.h"
#include "tests/crash/oracle/metrics_page.h"
#include "tests/crash/oracle/tally.h"

namespace oneway::test::crash {

// All that Oneway says of its counts, at one instant.
struct ClusterView {
  std::vector<v1::LocalStatsReply> joiners;
  v1::StatsReply cluster;
  v1::BalanceReply balance;
  std::vector<MetricsPage> pages;  // of the joiners
};

// Compares exactly: sums over the joiners' ledgers, the cluster's answer, the balance and the scraped metrics with the
// tallies, histograms bucket by bucket; and the tallies with their own bounds. Pure.
Findings CheckLedger(const Tallies& tallies, const ClusterView& view);

}  // namespace oneway::test::crash
