// SPDX-License-Identifier: Apache-2.0
#include <glog/logging.h>
#include <unistd.h>

#include <cstdio>

#include "common/process/config.h"
#include "common/process/environment.h"
#include "common/process/exit_code.h"
#include "common/process/logging.h"
#include "common/process/reload.h"
#include "common/process/signals.h"
#include "common/process/version.h"
#include "common/time/clock.h"
#include "joiner/server/joiner_server.h"

using oneway::server::JoinerServer;
namespace process = oneway::process;

int main(int argc, char** argv) {
  process::InitLogging(argv[0]);
  process::IgnoreBrokenPipes();
  const process::ConfigReader load = [argc, argv, environment = process::CurrentEnvironment()] {
    return process::LoadConfig(process::Role::kJoiner, argc, argv, environment);
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
  JoinerServer server(loaded->config, load, clock);
  if (const absl::Status status = server.Start(); !status.ok()) {
    const bool told_to_end = absl::IsCancelled(status);
    LOG_IF(INFO, told_to_end) << status.message();
    LOG_IF(ERROR, !told_to_end) << "cannot start: " << status.message();
    google::FlushLogFiles(google::INFO);
    _exit(told_to_end ? process::kExitOk : process::kExitFailure);
  }
  if (server.WaitForEnd() == JoinerServer::End::kCommitFailed) {
    google::FlushLogFiles(google::INFO);
    _exit(process::kExitIo);  // nothing may be written or answered any more, not even in order
  }
  return server.Drain().ok() ? process::kExitOk : process::kExitIo;
}
