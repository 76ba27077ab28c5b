// SPDX-License-Identifier: Apache-2.0
//
// Puts the benchmark's load on a cluster. Prints a line of JSON at the end.
#include <glog/logging.h>

#include <CLI/CLI.hpp>

#include "tests/bench/load/load_run.h"

namespace oneway::bench {
namespace {

int Main(int argc, char** argv) {
  CLI::App app("The benchmark's load");
  LoadOptions options;
  double warm_up = 4;
  double measured = 10;
  bool no_check = false;
  app.add_option("--target", options.targets, "partitioners, host:port")->required();
  app.add_option("--streams", options.streams);
  app.add_option("--rate", options.events_per_second, "events a second; 0: as many as are answered");
  app.add_option("--warm-up", warm_up, "seconds");
  app.add_option("--seconds", measured, "that are measured, after the warm-up");
  app.add_option("--flows", options.flows, "so many, unpaced, instead of a rate and seconds")
      ->excludes("--rate", "--warm-up", "--seconds");
  app.add_option("--flows-per-second", options.flows_per_second, "of these, by the events' own times");
  app.add_option("--key-bytes", options.workload.key_bytes, "16 or 36");
  app.add_option("--seed", options.workload.seed);
  app.add_option("--batch", options.stream.batch_events);
  app.add_option("--window", options.stream.window_batches);
  app.add_flag("--probe", options.probe, "measure how long until an end is visible");
  app.add_flag("--no-check", no_check, "nothing at the target counts");
  CLI11_PARSE(app, argc, argv);
  options.warm_up = Duration(static_cast<int64_t>(warm_up * 1e9));
  options.measured = Duration(static_cast<int64_t>(measured * 1e9));
  options.check = !no_check;
  LoadRun(options).Run().Print();
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
