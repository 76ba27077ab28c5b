// SPDX-License-Identifier: Apache-2.0
#include <glog/logging.h>

#include "common/process/exit_code.h"
#include "common/process/program.h"
#include "common/time/clock.h"
#include "partitioner/server/partitioner_server.h"

namespace process = oneway::process;

namespace {

int Serve(const process::Config& config, const process::ConfigReader& reread) {
  const oneway::time::SystemClock clock;
  oneway::partitioner::server::PartitionerServer server(config, reread, clock);
  if (const absl::Status status = server.Start(); !status.ok()) {
    LOG(ERROR) << "cannot start: " << status.message();
    return process::kExitFailure;
  }
  server.WaitForSignal();
  server.Drain();
  return process::kExitOk;
}

}  // namespace

int main(int argc, char** argv) {
  return process::RunProgram(process::Role::kPartitioner, argc, argv, Serve);
}
