// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/flow/rules.h"
#include "common/process/flow_settings.h"
#include "common/process/yaml_reader.h"

namespace oneway::process {

// An entry of `flows:`, or the defaults, whose values are each possible by themselves.
struct FlowEntry {
  const YamlEntry& entry;
  const std::map<std::string, YamlEntry>& given;  // by key: what it says itself
  const flow::Rules& rules;                       // with what it takes from the defaults
};

// Reports values that do not go together, at the one that the user should change.
void CheckFlow(const std::vector<FlowSetting>& settings, const FlowEntry& flow, YamlReader& reader);

}  // namespace oneway::process
