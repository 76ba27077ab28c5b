// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/event/event.h"
#include "common/process/layers.h"
#include "common/process/suggestion.h"

namespace oneway::process {
namespace {

// `web-3-4711`: tells partitioners apart without anybody naming them.
std::string HostAndProcess() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  std::string name = absl::AsciiStrToLower(host.data());
  for (char& letter : name) {
    const bool allowed = absl::ascii_isalnum(static_cast<unsigned char>(letter)) || letter == '.' || letter == '_';
    if (!allowed) letter = '-';
  }
  if (name.empty()) name = "partitioner";
  const std::string process = absl::StrCat("-", getpid());
  return name.substr(0, event::kFlowNameBytesMax - process.size()) + process;
}

}  // namespace

void CompleteJoinerName(Config& config, Problems& problems) {
  JoinerConfig& joiner = config.joiner;
  std::vector<std::string> names;
  for (const JoinerAddress& listed : config.cluster.joiners) {
    names.push_back(listed.name);
    if (listed.name == joiner.name && joiner.listen.empty()) joiner.listen = listed.address;
  }
  if (std::find(names.begin(), names.end(), joiner.name) == names.end()) {
    std::string list;
    for (const std::string& name : names) absl::StrAppend(&list, list.empty() ? "" : ", ", name);
    problems.Add("--name", absl::StrCat("`", joiner.name, "` is not in the list of joiners (", list,
                                        "): set --name to one of them, or add it to --joiners or cluster.joiners",
                                        DidYouMean(joiner.name, names)));
  }
}

void Complete(Role role, Config& config, Problems& problems) {
  if (role == Role::kJoiner) CompleteJoinerName(config, problems);
  if (role == Role::kJoiner && config.joiner.data.empty()) {
    problems.Add("", "--data is required: the folder where this joiner keeps its journal, e.g. --data /var/lib/oneway");
  }
  if (config.partitioner.name.empty()) config.partitioner.name = HostAndProcess();
}

}  // namespace oneway::process
