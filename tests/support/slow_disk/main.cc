// SPDX-License-Identifier: Apache-2.0
//
// A joiner on a slow disk: the product's server over SlowFileSystem. SLOW_DISK_BYTES_PER_SECOND says how slow.
#include <glog/logging.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "common/process/exit_code.h"
#include "common/process/program.h"
#include "common/time/clock.h"
#include "joiner/server/joiner_server.h"
#include "rocksdb/env.h"
#include "tests/support/slow_disk/slow_file_system.h"

namespace {

namespace process = oneway::process;
using oneway::server::JoinerServer;

int Serve(const process::Config& config, const process::ConfigReader& reread) {
  const char* const bytes_per_second = std::getenv("SLOW_DISK_BYTES_PER_SECOND");
  CHECK(bytes_per_second != nullptr) << "SLOW_DISK_BYTES_PER_SECOND is not set";
  const auto env =
      rocksdb::NewCompositeEnv(std::make_shared<oneway::test::SlowFileSystem>(std::stoull(bytes_per_second)));
  const oneway::time::SystemClock clock;
  JoinerServer server(config, reread, clock, env.get());
  const absl::Status status = server.Start();
  CHECK(status.ok()) << status;
  CHECK(server.WaitForEnd() == JoinerServer::End::kSignal);
  return server.Drain().ok() ? process::kExitOk : process::kExitIo;
}

}  // namespace

int main(int argc, char** argv) {
  return process::RunProgram(process::Role::kJoiner, argc, argv, Serve);
}
