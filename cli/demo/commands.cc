// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/commands.h"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace oneway::cli::demo {

std::vector<std::string> CommandsToTry(const std::string& tool, const Cast& cast, const std::string& task) {
  const std::string server = " --server " + cast.server;
  std::vector<std::string> commands = {tool + " stats" + server, tool + " balance" + server,
                                       "curl -s http://" + cast.joiner_http_address + "/metrics"};
  if (!task.empty()) commands.push_back(tool + " get task " + task + server);
  return commands;
}

std::string AsTyped(const std::string& path) {
  std::error_code error;
  const std::string relative = std::filesystem::proximate(path, error).string();
  return error || relative.empty() || relative.starts_with("..") ? path : relative;
}

std::string LastTask(const std::string& durations_path) {
  std::ifstream file(durations_path);
  std::string last, task, nanoseconds;
  for (std::string line; std::getline(file, line);) {
    if (!file.eof()) last = line;  // without its newline, a line may be half written
  }
  std::istringstream(last) >> task >> nanoseconds;
  return nanoseconds.empty() ? "" : task;
}

}  // namespace oneway::cli::demo
