// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/commands.h"

#include <filesystem>

namespace oneway::cli::demo {

std::vector<std::string> CommandsToTry(const std::string& tool, const ProcessPlan& plan) {
  const std::string server = " --server " + plan.server;
  return {tool + " top" + server, tool + " balance" + server,
          "id=$(curl -s -d hello 'http://" + plan.push_http_address + "/messages?from=me&to=you')",
          tool + " get push $id" + server, "curl -s http://" + plan.joiner_http_address + "/metrics"};
}

std::string AsTyped(const std::string& path) {
  std::error_code error;
  const std::string relative = std::filesystem::proximate(path, error).string();
  return error || relative.empty() || relative.starts_with("..") ? path : relative;
}

}  // namespace oneway::cli::demo
