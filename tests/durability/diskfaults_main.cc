// SPDX-License-Identifier: Apache-2.0
//
// Lets the disk of a joiner fail again and again: it has to stop, or to refuse, and never to serve what is wrong.
#include <glog/logging.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <random>

#include "tests/durability/diskfaults.h"

namespace {

constexpr uint64_t kFaultsOfAHistory = 5;

void Print(const oneway::test::DiskFaultFigures& all, bool silent) {
  for (const auto& [kind, count] : all.by_kind) std::cout << kind << ": " << count << std::endl;
  std::cout << "{\"count\": " << all.faults << ", \"stopped\": " << all.stopped << ", \"refused\": " << all.refused
            << ", \"lacking\": " << all.lacking << ", \"harmless\": " << all.harmless
            << ", \"unexplained\": " << all.unexplained << ", \"events\": " << all.events
            << ", \"unrepaired\": " << all.findings.refused << ", \"lost\": " << all.findings.lost
            << ", \"silent\": " << silent << "}" << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Lets the disk of a joiner fail again and again; the last line says what came of it.");
  uint64_t count = 100;
  uint64_t seed = std::random_device{}();
  app.add_option("--count", count, "How many times");
  app.add_option("--seed", seed, "Of the first history; random without");
  CLI11_PARSE(app, argc, argv);
  google::InitGoogleLogging(argv[0]);
  FLAGS_logtostderr = true;
  FLAGS_minloglevel = google::GLOG_FATAL;  // failed commits are what this is about

  std::cout << "seeds from " << seed << " on, " << kFaultsOfAHistory << " faults a history" << std::endl;
  oneway::test::DiskFaultFigures all;
  for (uint64_t history = 0; all.faults < count && !all.findings.any(); ++history) {
    all.Add(oneway::test::FailAgainAndAgain(seed + history, std::min(kFaultsOfAHistory, count - all.faults)));
  }
  for (const std::string& message : all.findings.messages) std::cout << message << std::endl;
  const bool silent = all.findings.lost + all.findings.doubled > 0;
  Print(all, silent);
  return all.findings.any() || all.unexplained > 0 ? 1 : 0;
}
