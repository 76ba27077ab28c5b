// SPDX-License-Identifier: Apache-2.0
//
// Kills, stops, restarts and cuts off processes of a cluster under load, cycle after cycle, and compares exactly.
#include <glog/logging.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "common/process/exit_code.h"
#include "tests/crash/run/crash_run.h"

namespace oneway::test::crash {
namespace {

struct Flags {
  uint32_t cycles = 20;
  uint64_t seed = 0;
  double flows_per_second = 300;
  uint32_t remember_seconds = 600;
  std::vector<std::string> faults;
  std::string resume;
  std::string table;
  std::string programs;
  std::string keep;
};

constexpr char kExamples[] = R"(Examples:
  oneway-crash --cycles 20 --seed 7
  oneway-crash --cycles 1000 --seed 7 --resume results.jsonl    goes on where an earlier run of that seed ended
  oneway-crash --table results.jsonl                            what a file of results sums up to
  oneway-crash --cycles 50 --fault joiner-kill --flows-per-second 3000

Ends with 1 unless nothing was lost, doubled or unexplained, and stops at the first cycle in which something was.)";

void Define(CLI::App& app, Flags& flags) {
  app.add_option("--cycles", flags.cycles,
                 "How many faults; with --resume, those of this seed that the file holds are among them")
      ->capture_default_str();
  app.add_option("--seed", flags.seed, "Of faults and flows; drawn and printed if it is not given");
  app.add_option("--flows-per-second", flags.flows_per_second, "Load")->capture_default_str();
  app.add_option(
         "--remember", flags.remember_seconds,
         "Seconds for which closed keys are remembered: longer than any cycle takes; shorter, more is forgotten")
      ->check(CLI::Range(60, 3600))
      ->capture_default_str();
  app.add_option("--fault", flags.faults, "Only faults of this kind; may be repeated");
  app.add_option("--resume", flags.resume, "File of results: append to it, and count what it holds");
  app.add_option("--table", flags.table, "Print the table of a file of results, and do nothing else");
  app.add_option("--programs", flags.programs, "Folder of oneway-joiner, oneway-partitioner and oneway-crash-host");
  app.add_option("--keep", flags.keep, "Folder to copy data and logs to when something is wrong");
  app.footer(kExamples);
}

std::optional<std::vector<FaultKind>> KindsOf(const std::vector<std::string>& names) {
  if (names.empty()) return AllFaultKinds();
  std::vector<FaultKind> kinds;
  for (const std::string& name : names) {
    const auto kind = FaultKindNamed(name);
    if (!kind) {
      std::cerr << "there is no fault '" << name << "'; there are:";
      for (const FaultKind known : AllFaultKinds()) std::cerr << ' ' << NameOf(known);
      std::cerr << '\n';
      return std::nullopt;
    }
    kinds.push_back(*kind);
  }
  return kinds;
}

// The cycle to begin with: after those that the file holds of this seed.
uint32_t FirstCycle(const std::vector<CycleResult>& results, uint64_t seed) {
  uint32_t last = 0;
  for (const CycleResult& result : results) {
    if (result.seed == seed) last = std::max(last, result.cycle);
  }
  return last + 1;
}

void Tell(const Findings& findings, CrashRun& run, const Flags& flags) {
  for (const std::string& sentence : findings.sentences) std::cout << "  " << sentence << '\n';
  if (findings.none() || flags.keep.empty()) return;
  std::filesystem::create_directories(flags.keep);
  std::filesystem::copy(run.cluster().folder(), flags.keep,
                        std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
  std::cout << "  data and logs are in " << flags.keep << '\n';
}

// Runs cycles `first` to `flags.cycles`, or until something was wrong; adds what became of them to `results`.
void RunCycles(CrashRun& run, const Flags& flags, uint32_t first, std::vector<CycleResult>& results) {
  const auto record = [&](const CycleResult& result, const Findings& findings) {
    results.push_back(result);
    if (!flags.resume.empty()) AppendResult(flags.resume, result);
    Tell(findings, run, flags);
    return findings.none();
  };
  for (uint32_t cycle = first; cycle <= flags.cycles; ++cycle) {
    Findings findings;
    std::cout << cycle << "/" << flags.cycles << " " << run.FaultOf(cycle).ToString() << std::flush;
    const CycleResult result = run.RunCycle(cycle, findings);
    std::cout << ": " << result.flows << " flows, " << result.acked << " acked, " << result.uncertain
              << " without answer, " << static_cast<int>(result.seconds * 1000) << " ms" << std::endl;
    if (!record(result, findings)) return;
  }
  if (first > flags.cycles) return;
  Findings findings;
  const CycleResult result = run.Finish(flags.cycles, findings);
  std::cout << "last look: " << static_cast<int>(result.seconds * 1000) << " ms" << std::endl;
  record(result, findings);
}

void RunAll(const Flags& flags, const std::vector<FaultKind>& kinds, std::vector<CycleResult>& results) {
  std::cout << "seed " << flags.seed << std::endl;
  const std::string host = flags.programs.empty() ? ONEWAY_CRASH_HOST_BINARY : flags.programs + "/oneway-crash-host";
  CrashRun run({.cluster = {.seed = flags.seed,
                            .flows_per_second = flags.flows_per_second,
                            .remembered = std::chrono::seconds(flags.remember_seconds),
                            .host_program = host,
                            .programs = flags.programs},
                .faults = kinds});
  if (absl::Status status = run.Start(); !status.ok()) {
    std::cout << "the cluster does not start: " << status.message() << '\n';
    results.push_back({.seed = flags.seed, .fault = kLastLook, .unexplained = 1});
    return;
  }
  RunCycles(run, flags, FirstCycle(results, flags.seed), results);
}

int Run(const Flags& flags, const std::vector<FaultKind>& kinds) {
  auto results = ReadResults(flags.table.empty() ? flags.resume : flags.table);
  if (!results.ok()) {
    std::cerr << results.status().message() << '\n';
    return process::kExitUsage;
  }
  if (flags.table.empty()) RunAll(flags, kinds, *results);
  const Totals totals = TotalsOf(*results);
  std::cout << TableOf(*results) << ToJson(totals) << std::endl;
  return totals.lost + totals.doubled + totals.unexplained == 0 ? process::kExitOk : process::kExitFailure;
}

}  // namespace
}  // namespace oneway::test::crash

int main(int argc, char** argv) {
  FLAGS_logtostderr = true;
  FLAGS_minloglevel = google::GLOG_WARNING;
  google::InitGoogleLogging(argv[0]);
  oneway::test::crash::Flags flags;
  flags.seed = std::random_device{}();
  CLI::App app("Crash tests of a whole cluster, with an exact oracle", "oneway-crash");
  oneway::test::crash::Define(app, flags);
  CLI11_PARSE(app, argc, argv);
  const auto kinds = oneway::test::crash::KindsOf(flags.faults);
  if (!kinds) return oneway::process::kExitUsage;
  return oneway::test::crash::Run(flags, *kinds);
}
