// SPDX-License-Identifier: Apache-2.0
#include <glog/logging.h>
#include <unistd.h>

#include "common/process/exit_code.h"
#include "common/process/program.h"
#include "common/time/clock.h"
#include "joiner/server/joiner_server.h"

using oneway::server::JoinerServer;
namespace process = oneway::process;

namespace {

// Without a word to anybody: memory is ahead of the disk, or nothing was begun.
[[noreturn]] void ExitAtOnce(int code) {
  google::FlushLogFiles(google::INFO);
  _exit(code);
}

int Serve(const process::Config& config, const process::ConfigReader& reread) {
  const oneway::time::SystemClock clock;
  JoinerServer server(config, reread, clock);
  if (const absl::Status status = server.Start(); !status.ok()) {
    const bool told_to_end = absl::IsCancelled(status);
    LOG_IF(INFO, told_to_end) << status.message();
    LOG_IF(ERROR, !told_to_end) << "cannot start: " << status.message();
    ExitAtOnce(told_to_end ? process::kExitOk : process::kExitFailure);
  }
  if (server.WaitForEnd() == JoinerServer::End::kCommitFailed) ExitAtOnce(process::kExitIo);
  return server.Drain().ok() ? process::kExitOk : process::kExitIo;
}

}  // namespace

int main(int argc, char** argv) {
  return process::RunProgram(process::Role::kJoiner, argc, argv, Serve);
}
