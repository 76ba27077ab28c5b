// SPDX-License-Identifier: Apache-2.0
//
// The steps that every event takes, each by itself. A benchmark's label says what its items are.
#include <benchmark/benchmark.h>
#include <glog/logging.h>

int main(int argc, char** argv) {
  google::InitGoogleLogging(argv[0]);
  FLAGS_logtostderr = true;
  FLAGS_minloglevel = google::GLOG_WARNING;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  // A typing error must not look like a success.
  return benchmark::RunSpecifiedBenchmarks() > 0 ? 0 : 1;
}
