// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/run/crash_run.h"

#include <filesystem>
#include <iterator>
#include <utility>

namespace oneway::test::crash {
namespace {

// The load goes on for so long after the fault.
constexpr Duration kLoadAfterFault = std::chrono::milliseconds(250);

double SecondsSince(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

void TakeOver(const Findings& findings, CycleResult& result) {
  result.lost = findings.lost;
  result.doubled = findings.doubled;
  result.unexplained = findings.unexplained;
}

void AddTo(const absl::StatusOr<Findings>& audit, Findings& findings) {
  if (audit.ok()) {
    findings.Add(*audit);
  } else {
    findings.Unexplained(std::string(audit.status().message()));
  }
}

}  // namespace

CrashRun::CrashRun(Options options)
    : options_(std::move(options)),
      cluster_(options_.cluster),
      observer_(cluster_.cluster()),
      auditor_(observer_, options_.cluster.remembered) {}

absl::Status CrashRun::Start() {
  return cluster_.Start();
}

absl::Status CrashRun::LoadAndStrike(uint32_t cycle) {
  const Fault fault = FaultOf(cycle);
  cluster_.StartLoad(cycle);
  if (absl::Status status = cluster_.Watch(fault.after); !status.ok()) return status;
  if (absl::Status status = cluster_.Strike(fault); !status.ok()) return status;
  if (absl::Status status = cluster_.Watch(kLoadAfterFault); !status.ok()) return status;
  return cluster_.FinishLoad();
}

std::vector<SentFlow> CrashRun::Read(uint32_t cycle, CycleResult& result, Findings& findings) const {
  std::vector<SentFlow> all;
  for (uint32_t host = 0; host < kHosts; ++host) {
    const EventLog::Content log = EventLog::Read(cluster_.LogPath(cycle, host));
    result.acked += log.acks.size();
    std::vector<SentFlow> flows = SentFlowsOf({options_.cluster.seed, cycle, host}, log, findings);
    for (const SentFlow& flow : flows) result.uncertain += flow.certain() ? 0 : 1;
    all.insert(all.end(), std::make_move_iterator(flows.begin()), std::make_move_iterator(flows.end()));
  }
  result.flows = all.size();
  return all;
}

CycleResult CrashRun::RunCycle(uint32_t cycle, Findings& findings) {
  const auto began = std::chrono::steady_clock::now();
  CycleResult result{.seed = options_.cluster.seed, .cycle = cycle, .fault = NameOf(FaultOf(cycle).kind)};
  const absl::Status status = LoadAndStrike(cycle);
  if (!status.ok()) findings.Unexplained(std::string(status.message()));
  AddTo(auditor_.Audit(Read(cycle, result, findings)), findings);
  if (findings.none()) RemoveLogs(cycle);
  TakeOver(findings, result);
  result.seconds = SecondsSince(began);
  return result;
}

CycleResult CrashRun::Finish(uint32_t cycle, Findings& findings) {
  const auto began = std::chrono::steady_clock::now();
  CycleResult result{.seed = options_.cluster.seed, .cycle = cycle, .fault = kLastLook};
  AddTo(auditor_.AuditLast(), findings);
  TakeOver(findings, result);
  result.seconds = SecondsSince(began);
  return result;
}

void CrashRun::RemoveLogs(uint32_t cycle) const {
  for (uint32_t host = 0; host < kHosts; ++host) {
    for (const char* const ending : {".intents", ".acks", ".log"}) {
      std::filesystem::remove(cluster_.LogPath(cycle, host) + ending);
    }
  }
}

}  // namespace oneway::test::crash
