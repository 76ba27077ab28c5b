// SPDX-License-Identifier: Apache-2.0
//
// Cuts the power of a joiner again and again, and compares what it still knows with what it had acked.
#include <glog/logging.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <random>

#include "tests/durability/powerloss.h"

namespace {

constexpr uint64_t kCutsOfAHistory = 10;

void Print(const oneway::test::PowerLossFigures& all) {
  std::cout << "{\"count\": " << all.cuts << ", \"in_start\": " << all.cuts_in_start << ", \"killed\": " << all.killed
            << ", \"events\": " << all.events << ", \"lost\": " << all.findings.lost
            << ", \"doubled\": " << all.findings.doubled << ", \"refused\": " << all.findings.refused
            << ", \"silent\": " << (all.findings.lost + all.findings.doubled > 0) << "}" << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Cuts the power of a joiner again and again; the last line says what came of it.");
  uint64_t count = 200;
  uint64_t seed = std::random_device{}();
  app.add_option("--count", count, "How many times");
  app.add_option("--seed", seed, "Of the first history; random without");
  CLI11_PARSE(app, argc, argv);
  google::InitGoogleLogging(argv[0]);
  FLAGS_logtostderr = true;
  FLAGS_minloglevel = google::GLOG_FATAL;  // failed commits are what this is about

  std::cout << "seeds from " << seed << " on, " << kCutsOfAHistory << " cuts a history" << std::endl;
  oneway::test::PowerLossFigures all;
  for (uint64_t history = 0; all.cuts < count && !all.findings.any(); ++history) {
    const auto figures =
        oneway::test::LosePowerAgainAndAgain(seed + history, std::min(kCutsOfAHistory, count - all.cuts));
    all.cuts += figures.cuts;
    all.cuts_in_start += figures.cuts_in_start;
    all.killed += figures.killed;
    all.events += figures.events;
    all.findings.Add(figures.findings);
  }
  for (const std::string& message : all.findings.messages) std::cout << message << std::endl;
  Print(all);
  return all.findings.any() ? 1 : 0;
}
