// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/load/batch_stream.h"
#include "tests/bench/measure/measured.h"

namespace oneway::bench {

struct LoadOptions {
  WorkloadOptions workload;
  std::vector<std::string> targets;
  uint32_t streams = 2;
  uint64_t events_per_second = 0;  // open loop; 0: as many as are answered
  Duration warm_up = std::chrono::seconds(4);
  Duration measured = std::chrono::seconds(10);
  uint64_t flows = 0;  // so many and no more, planned beforehand and unpaced; 0: for warm_up and measured
  uint64_t flows_per_second = 350'000;  // of these, by the events' own times
  bool probe = false;                   // how long until an end is visible
  bool check = true;                    // ask for the counts at the end
  BatchStream::Options stream;
};

// The load on a cluster: begins flows for warm_up and measured, sends every event when it is due, then what is still
// to end. Prints "measuring" and "measured" around the time that counts, so that others look at their clocks too.
// With options.flows instead: that many flows, from the first event to the last answer.
// Ends the process where an event was refused or a count is not what it must be.
class LoadRun {
 public:
  explicit LoadRun(const LoadOptions& options);

  Findings Run();

 private:
  Findings RunForTime();
  Findings RunPlanned();
  void Finish();
  void CheckAnswers(const BatchStream::Answered& all, const ExpectedCounts& expected) const;
  void SendUntil(Time until);
  void SendDue(Time now);
  void BeginFlows(Time now);
  void SendRest();
  void WaitALittle(Time now);
  BatchStream::Answered Answered() const;

  const LoadOptions options_;
  const FlowPlanner planner_;
  const Time began_at_;
  const Duration flow_interval_;  // zero: not paced
  Timeline timeline_;
  std::vector<std::unique_ptr<BatchStream>> streams_;  // a flow keeps to one, so that its events stay in order
  std::vector<PlannedEvent> due_;
  uint64_t flows_ = 0;
  sync::Mutex pause_mutex_;
  sync::ConditionVariable pause_;
};

}  // namespace oneway::bench
