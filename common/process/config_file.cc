// SPDX-License-Identifier: Apache-2.0
#include "common/process/config_file.h"

#include <utility>

#include "common/process/layers.h"
#include "common/process/setting.h"

namespace oneway::process {
namespace {

ConfigView ViewOf(Draft draft) {
  return {.config = std::move(draft.config), .origins = std::move(draft.origins), .problems = draft.problems.lines()};
}

std::vector<Setting> FlagsOf(Subject::Kind kind) {
  switch (kind) {
    case Subject::Kind::kCluster:
      return {};
    case Subject::Kind::kPartitioner:
      return SettingsWithFlags(Role::kPartitioner);
    case Subject::Kind::kJoiner:
      return SettingsWithFlags(Role::kJoiner);
  }
  return {};
}

}  // namespace

ConfigView CheckConfigFile(const std::string& file) {
  Draft draft;
  ApplyFile(file, AllSettings(), draft);
  // A name in the file is that of a joiner which is started without --name; the others say theirs.
  const bool has_name = !draft.origins.Of("joiner.name").empty();
  if (draft.problems.empty() && has_name) CompleteJoinerName(draft.config, draft.problems);
  for (const JoinerAddress& joiner : draft.config.cluster.joiners) {
    if (!draft.problems.empty()) break;
    Config of_joiner = draft.config;
    of_joiner.joiner.name = joiner.name;
    CompleteJoinerName(of_joiner, draft.problems);
  }
  return ViewOf(std::move(draft));
}

ConfigView ViewConfig(const Subject& subject, const std::vector<std::string>& flags,
                      const std::map<std::string, std::string>& environment) {
  std::vector<const char*> arguments = {"oneway"};
  for (const std::string& flag : flags) arguments.push_back(flag.c_str());
  Draft draft;
  const std::vector<Setting> with_flags = FlagsOf(subject.kind);
  CommandLine line = ParseCommandLine(with_flags, static_cast<int>(arguments.size()), arguments.data(), draft.problems);
  if (!subject.joiner.empty()) line.values["--name"] = subject.joiner;
  ApplyLayers(line, with_flags, environment, draft);
  if (draft.problems.empty() && subject.kind == Subject::Kind::kJoiner) {
    CompleteJoinerName(draft.config, draft.problems);
  }
  return ViewOf(std::move(draft));
}

}  // namespace oneway::process
