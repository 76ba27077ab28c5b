// SPDX-License-Identifier: Apache-2.0
#include <glog/logging.h>

#include <cstdio>
#include <string>

#include "common/process/config.h"
#include "common/process/environment.h"
#include "common/process/exit_code.h"
#include "common/process/logging.h"
#include "common/process/reload.h"
#include "common/process/signals.h"
#include "common/time/clock.h"
#include "partitioner/server/partitioner_server.h"

namespace process = oneway::process;

int main(int argc, char** argv) {
  process::InitLogging(argv[0]);
  process::IgnoreBrokenPipes();
  const process::ConfigReader load = [argc, argv, environment = process::CurrentEnvironment()] {
    return process::LoadConfig(process::Role::kPartitioner, argc, argv, environment);
  };
  const auto loaded = load();
  if (!loaded.ok()) {
    std::fprintf(stderr, "%s\n", std::string(loaded.status().message()).c_str());
    return process::kExitConfig;
  }
  if (loaded->action != process::Action::kRun) {
    std::fputs(loaded->text.c_str(), stdout);
    return process::kExitOk;
  }
  const oneway::time::SystemClock clock;
  oneway::partitioner::server::PartitionerServer server(loaded->config, load, clock);
  if (const absl::Status status = server.Start(); !status.ok()) {
    LOG(ERROR) << "cannot start: " << status.message();
    return process::kExitFailure;
  }
  server.WaitForSignal();
  server.Drain();
  return process::kExitOk;
}
