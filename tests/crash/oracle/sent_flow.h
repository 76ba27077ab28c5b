// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tests/crash/host/event_log.h"
#include "tests/crash/oracle/findings.h"
#include "tests/crash/plan/flow_plan.h"

// The exact oracle of the crash tests: what clients wrote down, against what Oneway says. Pure.
namespace oneway::test::crash {

// A flow as its client host wrote it down.
struct SentFlow {
  PlannedFlow plan;
  Time base;
  EventSet intended;  // may have been sent
  EventSet acked;     // a subset: durable and counted, said Oneway

  // Whether it is known exactly which of its events Oneway has.
  bool certain() const { return intended == acked; }
  bool fully_acked() const { return acked == EventSet::All(plan.events.size()); }
};

// All flows of a source, by number. An event that was refused, or acknowledged and never intended, is a finding.
std::vector<SentFlow> SentFlowsOf(const FlowSource& source, const EventLog::Content& log, Findings& findings);

// What a key was found to be.
struct KeyJudgement {
  enum class Verdict : uint8_t {
    kFine,
    kPending,  // fine; the joiner clock has yet to decide it
    kLost,     // lacks what was acknowledged
    kWrong,    // is what no set of its events leads to
  };
  Verdict verdict = Verdict::kFine;
  Fate fate;  // with kFine and kPending: where it stands
};

// Of the events that were intended any may have arrived, but all that were acknowledged.
KeyJudgement Judge(const SentFlow& flow, const v1::KeyReply& reply);

}  // namespace oneway::test::crash
