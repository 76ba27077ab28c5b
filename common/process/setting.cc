// SPDX-License-Identifier: Apache-2.0
#include "common/process/setting.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace oneway::process {

std::string NameOf(Section section) {
  switch (section) {
    case Section::kCluster:
      return "cluster";
    case Section::kPartitioner:
      return "partitioner";
    case Section::kJoiner:
      return "joiner";
  }
  return "";
}

std::string Setting::Path() const {
  return absl::StrCat(NameOf(section), ".", key);
}

std::string Setting::Variable() const {
  return absl::AsciiStrToUpper(absl::StrCat("ONEWAY_", NameOf(section), "_", key));
}

std::string Setting::Flag() const {
  std::string flag = "--" + key;
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

std::vector<Setting> AllSettings() {
  std::vector<Setting> all = ClusterSettings();
  for (std::vector<Setting>& more : std::vector{PartitionerSettings(), JoinerSettings()}) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
  }
  return all;
}

Config DefaultConfig() {
  Config config;
  config.cluster.joiners = {{.name = "joiner-0", .address = "127.0.0.1:7200"}};
  return config;
}

}  // namespace oneway::process
