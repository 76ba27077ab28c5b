// SPDX-License-Identifier: Apache-2.0
//
// What a call of Start costs the thread that makes it, while a partitioner in the same process answers.
#include <benchmark/benchmark.h>

#include <string>

#include "client/client.h"
#include "tests/unit/client/support/ingest_server.h"

namespace oneway::client {
namespace {

Client& SharedClient() {
  static IngestServer server([](const v1::IngestBatch& batch) { return IngestServer::AnswersOk()(batch); });
  static auto client = Client::Create({.targets = {server.target()}, .queue_bytes_max = size_t{4} << 30});
  return *client;
}

// Key of 16 bytes, time taken by the client.
void Start(benchmark::State& state) {
  Client& client = SharedClient();
  const std::string key = "0123456789abcdef";
  for (auto _ : state) benchmark::DoNotOptimize(client.Start("checkout", key));
}
BENCHMARK(Start)->ThreadRange(1, 2)->UseRealTime()->Iterations(2'000'000);

void StartAtATime(benchmark::State& state) {
  Client& client = SharedClient();
  const std::string key = "0123456789abcdef";
  const Time time = std::chrono::system_clock::now();
  for (auto _ : state) benchmark::DoNotOptimize(client.Start("checkout", key, time));
}
BENCHMARK(StartAtATime)->Iterations(2'000'000);

void StartWithTwoLabels(benchmark::State& state) {
  Client& client = SharedClient();
  const std::string key = "0123456789abcdef";
  const Label labels[] = {{"region", "eu-central"}, {"channel", "mobile"}};
  for (auto _ : state) benchmark::DoNotOptimize(client.Start("checkout", key, {.labels = labels}));
}
BENCHMARK(StartWithTwoLabels)->Iterations(2'000'000);

}  // namespace
}  // namespace oneway::client

BENCHMARK_MAIN();
