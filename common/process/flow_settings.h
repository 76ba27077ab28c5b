// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/flow/rules.h"
#include "common/process/config.h"
#include "common/process/yaml_reader.h"

namespace oneway::process {

// One key of an entry of `flows:` (or of `flow_defaults:`). Flows are set in the file only.
// Threading: immutable.
struct FlowSetting {
  std::string key;
  std::string default_text;  // as shown to users; empty: required
  bool is_list = false;
  std::vector<FlowSetting> fields;     // of a map, which must have all of them; they are set instead of it
  std::optional<flow::Shape> only_of;  // says nothing about flows of another shape
  // Parses `texts` into `rules`: exactly one text, or those of a list.
  std::function<absl::Status(const std::vector<std::string>& texts, flow::Rules& rules)> set;
  // As written in the file; empty: it has no value.
  std::function<std::string(const flow::Rules& rules)> show;
};

// All keys that this version takes, in the order of the file.
std::vector<FlowSetting> FlowSettings();

// Reads both; entries of `flows` take from `flow_defaults` what they do not say. nullptr: not in the file.
FlowsConfig ReadFlows(YamlReader& reader, const YamlEntry* flow_defaults, const YamlEntry* flows, Origins& origins);

}  // namespace oneway::process
