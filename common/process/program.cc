// SPDX-License-Identifier: Apache-2.0
#include "common/process/program.h"

#include <cstdio>
#include <string>

#include "common/process/environment.h"
#include "common/process/exit_code.h"
#include "common/process/logging.h"
#include "common/process/signals.h"

namespace oneway::process {

int RunProgram(Role role, int argc, char** argv, const Serve& serve) {
  InitLogging(argv[0]);
  IgnoreBrokenPipes();
  const ConfigReader read = [role, argc, argv, environment = CurrentEnvironment()] {
    return LoadConfig(role, argc, argv, environment);
  };
  const auto loaded = read();
  if (!loaded.ok()) {
    std::fprintf(stderr, "%s\n", std::string(loaded.status().message()).c_str());
    return kExitConfig;
  }
  if (loaded->action != Action::kRun) {
    std::fputs(loaded->text.c_str(), stdout);
    return kExitOk;
  }
  return serve(loaded->config, read);
}

}  // namespace oneway::process
