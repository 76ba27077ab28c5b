// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

namespace oneway::process {

// Where the values of a configuration come from, by path: `joiner.memory_max`, `flow_defaults.ttl`, `flows[0].ttl`. The
// layers note it as they lay their values over the ones before.
// Threading: external.
class Origins {
 public:
  // `origin` is what a user would go and change: `oneway.yaml:12`, `variable ONEWAY_JOINER_SHARDS`, `flag --shards`.
  void Note(const std::string& path, std::string origin) { by_path_[path] = std::move(origin); }
  // Empty: nobody set it, so it is the default.
  std::string Of(const std::string& path) const {
    const auto found = by_path_.find(path);
    return found == by_path_.end() ? "" : found->second;
  }

 private:
  std::map<std::string, std::string> by_path_;
};

}  // namespace oneway::process
