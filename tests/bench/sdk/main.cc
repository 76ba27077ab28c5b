// SPDX-License-Identifier: Apache-2.0
//
// What Start() takes in the thread that calls it, while a partitioner in another process answers. Calls are timed in
// short groups and the median group counts: what interrupts the thread for a while is not of Start's making.
#include <glog/logging.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <vector>

#include "client/client.h"
#include "tests/bench/measure/measured.h"
#include "tests/bench/workload/flow_plan.h"

namespace oneway::bench {
namespace {

constexpr size_t kCallsAGroup = 100;

int Main(int argc, char** argv) {
  CLI::App app("Start() in the caller's thread");
  std::string target;
  size_t calls = 2'000'000;
  app.add_option("--target", target)->required();
  app.add_option("--calls", calls);
  CLI11_PARSE(app, argc, argv);
  const auto client = client::Client::Create({.targets = {target}, .queue_bytes_max = size_t{1} << 30});
  CHECK(client != nullptr);
  const FlowPlanner planner(WorkloadOptions{});
  std::vector<std::string> keys(kCallsAGroup, std::string(16, '\0'));
  std::vector<double> nanos;
  Stopwatch stopwatch;
  stopwatch.Begin();
  for (size_t group = 0; group < calls / kCallsAGroup; ++group) {
    for (size_t i = 0; i < kCallsAGroup; ++i) planner.KeyOf(group * kCallsAGroup + i, keys[i].data());
    if (group % 64 == 0) CHECK(client->WaitForRoom(std::chrono::minutes(1)));
    const auto began_at = std::chrono::steady_clock::now();
    for (const std::string& key : keys) CHECK(client->Start(kFlowName, key) == client::Outcome::kQueued);
    const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - began_at;
    nanos.push_back(taken.count() / kCallsAGroup);
  }
  stopwatch.End();
  const client::Counters counters = client->Shutdown(std::chrono::minutes(1));
  CHECK_EQ(counters.acked, counters.accepted) << "events were not acked: the run is void";

  std::sort(nanos.begin(), nanos.end());
  Findings findings;
  findings.Add(stopwatch);
  findings.Add("start_ns", nanos[nanos.size() / 2]);
  findings.Add("start_p90_ns", nanos[nanos.size() * 9 / 10]);
  findings.Print();
  return 0;
}

}  // namespace
}  // namespace oneway::bench

int main(int argc, char** argv) {
  google::InitGoogleLogging(argv[0]);
  FLAGS_logtostderr = true;
  FLAGS_minloglevel = google::GLOG_WARNING;
  return oneway::bench::Main(argc, argv);
}
