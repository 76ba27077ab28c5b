// SPDX-License-Identifier: Apache-2.0
//
// A client host of the crash tests: sends flows until SIGTERM, then the rest, and ends with 0 once all is answered.
#include <glog/logging.h>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <csignal>

#include "common/process/exit_code.h"
#include "common/process/signals.h"
#include "tests/crash/host/client_host.h"

namespace oneway::test::crash {
namespace {

int Run(const ClientHost::Options& options) {
  boost::asio::io_context io_context(1);
  ClientHost host(io_context, options, [&io_context] { io_context.stop(); });
  const process::SignalWatch watch(io_context, {SIGTERM}, [&host](int) { host.Finish(); });
  io_context.run();
  return process::kExitOk;
}

}  // namespace
}  // namespace oneway::test::crash

int main(int argc, char** argv) {
  FLAGS_logtostderr = true;
  FLAGS_log_utc_time = true;
  google::InitGoogleLogging(argv[0]);
  oneway::test::crash::ClientHost::Options options;
  CLI::App app("A client host of the crash tests", "oneway-crash-host");
  app.add_option("--seed", options.source.seed)->required();
  app.add_option("--cycle", options.source.cycle)->required();
  app.add_option("--host", options.source.host)->required();
  app.add_option("--log", options.log_path, "Path of the event log, without ending")->required();
  app.add_option("--target-0", options.targets[0])->required();
  app.add_option("--target-1", options.targets[1])->required();
  app.add_option("--flows-per-second", options.flows_per_second)->required();
  CLI11_PARSE(app, argc, argv);
  return oneway::test::crash::Run(options);
}
