// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/process/layers.h"
#include "common/process/suggestion.h"

namespace oneway::process {
namespace {

// Kubernetes gives every container such variables for each service of its namespace; a service named `oneway-joiner`
// makes them look like ours. https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
bool IsServiceLink(const std::string& name, const std::string& value) {
  const bool is_url = value.starts_with("tcp://") || value.starts_with("udp://");
  return name.ends_with("_SERVICE_HOST") || name.find("_SERVICE_PORT") != std::string::npos ||
         name.find("_TCP_") != std::string::npos || name.find("_UDP_") != std::string::npos ||
         (is_url && name.find("_PORT") != std::string::npos);
}

// Read by whoever looks for the file, and by the tool `oneway`; people export both for a whole shell.
bool IsForOthers(const std::string& name) {
  return name == "ONEWAY_CONFIG" || name == "ONEWAY_SERVER";
}

}  // namespace

void ApplyEnvironment(const std::map<std::string, std::string>& environment, const std::vector<Setting>& settings,
                      Draft& draft) {
  std::vector<std::string> known = {"ONEWAY_CONFIG"};
  for (const Setting& setting : settings) known.push_back(setting.Variable());

  for (const auto& [name, value] : environment) {
    if (!name.starts_with("ONEWAY_") || IsForOthers(name)) continue;
    const auto setting = std::find_if(settings.begin(), settings.end(),
                                      [&name](const Setting& candidate) { return candidate.Variable() == name; });
    if (setting != settings.end()) {
      draft.origins.Note(setting->Path(), absl::StrCat("variable ", name));
      const absl::Status status = setting->set(value, draft.config);
      if (!status.ok()) draft.problems.Add(name, std::string(status.message()));
    } else if (!IsServiceLink(name, value)) {
      draft.problems.Add("", absl::StrCat("unknown variable ", name, DidYouMean(name, known)));
    }
  }
}

}  // namespace oneway::process
