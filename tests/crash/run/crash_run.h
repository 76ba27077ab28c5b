// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tests/crash/plan/fault_plan.h"
#include "tests/crash/run/auditor.h"
#include "tests/crash/run/crash_cluster.h"
#include "tests/crash/run/results.h"

namespace oneway::test::crash {

// One cluster that lives through cycle after cycle: load, a fault, the rest of the load, and a look at everything.
// Threading: external, and always the same thread.
class CrashRun {
 public:
  struct Options {
    CrashCluster::Options cluster;
    std::vector<FaultKind> faults = AllFaultKinds();
  };
  explicit CrashRun(Options options);

  // Starts the cluster. An error if it does not serve.
  absl::Status Start();
  // `findings` are told in sentences, too; a cluster that does not come back is one.
  CycleResult RunCycle(uint32_t cycle, Findings& findings);
  // The last look, once no further cycle is to come.
  CycleResult Finish(uint32_t cycle, Findings& findings);

  Fault FaultOf(uint32_t cycle) const { return crash::FaultOf(options_.cluster.seed, cycle, options_.faults); }
  Cluster& cluster() { return cluster_.cluster(); }

 private:
  absl::Status LoadAndStrike(uint32_t cycle);
  std::vector<SentFlow> Read(uint32_t cycle, CycleResult& result, Findings& findings) const;
  void RemoveLogs(uint32_t cycle) const;

  const Options options_;
  CrashCluster cluster_;
  Observer observer_;
  Auditor auditor_;
};

}  // namespace oneway::test::crash
