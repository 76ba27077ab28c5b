// SPDX-License-Identifier: Apache-2.0
#include "common/process/reload.h"

#include <glog/logging.h>

#include "absl/strings/str_join.h"
#include "common/process/layers.h"

namespace oneway::process {

std::vector<std::string> SettingsThatNeedRestart(Role role, const Config& running, const Config& read) {
  std::vector<std::string> paths;
  for (const Setting& setting : SettingsWithFlags(role)) {
    if (setting.show(running) != setting.show(read)) paths.push_back(setting.Path());
  }
  return paths;
}

void LogSettingsThatNeedRestart(Role role, const Config& running, const Config& read) {
  const std::vector<std::string> paths = SettingsThatNeedRestart(role, running, read);
  if (paths.empty()) return;
  LOG(WARNING) << "the configuration now says something else about " << absl::StrJoin(paths, ", ")
               << ", which takes effect at a restart only";
}

}  // namespace oneway::process
