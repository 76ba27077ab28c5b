// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/process/problems.h"

namespace oneway::process {

// A value in the file, with where it stands.
struct YamlEntry {
  std::string path;   // `joiner.memory_max`, `flows[0].ttl`
  std::string place;  // `oneway.yaml:12`
  YAML::Node value;
};

// Reads YAML strictly: what nobody asked for, or is there twice, is a problem and not ignored.
// Threading: external. `problems` outlives it.
class YamlReader {
 public:
  YamlReader(std::string file, Problems& problems) : file_(std::move(file)), problems_(problems) {}

  // The only document in the file; nothing when it is empty or, after reporting, cannot be read.
  std::optional<YamlEntry> ReadFile();
  // The entries of a map whose key is one of `known`, each once, in the order of the file. All others are reported.
  std::vector<std::pair<std::string, YamlEntry>> ReadMap(const YamlEntry& map, const std::vector<std::string>& known);
  // The entries of a list.
  std::vector<YamlEntry> ReadList(const YamlEntry& list);
  // The text of a single value.
  std::optional<std::string> ReadText(const YamlEntry& entry);

  void Report(const YamlEntry& entry, const std::string& what);

 private:
  std::string PlaceOf(const YAML::Mark& mark) const;

  const std::string file_;
  Problems& problems_;
};

}  // namespace oneway::process
