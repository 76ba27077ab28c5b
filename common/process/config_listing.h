// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "common/process/config_file.h"

namespace oneway::process {

// One setting with its value and where that comes from.
struct ListedSetting {
  std::string key;
  std::string value;   // YAML that a file may hold; empty: it has none
  std::string origin;  // `default`, `oneway.yaml:12`, `variable ...`, `flag ...`
};

// A section of the file, or an entry of its flows.
struct ListedGroup {
  std::string name;  // `joiner`, `flow_defaults`; empty for an entry
  std::vector<ListedSetting> settings;
};

struct ConfigListing {
  std::vector<ListedGroup> sections;  // those that `subject` has, then flow_defaults
  std::vector<ListedGroup> flows;
};

ConfigListing ListConfig(const ConfigView& view, Subject::Kind subject);

// A file that means the same, with each origin in a comment behind its value.
std::string ToYaml(const ConfigListing& listing);

}  // namespace oneway::process
