// SPDX-License-Identifier: Apache-2.0
#include "common/process/config.h"

#include "common/process/layers.h"
#include "common/process/problems.h"
#include "common/process/setting.h"
#include "common/process/version.h"

namespace oneway::process {
namespace {

std::string ProgramName(int argc, const char* const* argv) {
  const std::string path = argc > 0 ? argv[0] : "oneway";
  return path.substr(path.rfind('/') + 1);
}

std::string FileOf(const CommandLine& line, const std::map<std::string, std::string>& environment) {
  if (!line.config_file.empty()) return line.config_file;
  const auto variable = environment.find("ONEWAY_CONFIG");
  return variable == environment.end() ? "" : variable->second;
}

}  // namespace

void ApplyLayers(const CommandLine& line, const std::vector<Setting>& with_flags,
                 const std::map<std::string, std::string>& environment, Draft& draft) {
  const std::vector<Setting> settings = AllSettings();
  const std::string file = FileOf(line, environment);
  if (!file.empty()) ApplyFile(file, settings, draft);
  ApplyEnvironment(environment, settings, draft);
  ApplyCommandLine(line, with_flags, draft);
}

absl::StatusOr<Loaded> LoadConfig(Role role, int argc, const char* const* argv,
                                  const std::map<std::string, std::string>& environment) {
  Draft draft;
  const std::vector<Setting> with_flags = SettingsWithFlags(role);
  const CommandLine line = ParseCommandLine(with_flags, argc, argv, draft.problems);

  Loaded loaded{.action = line.action};
  if (line.action == Action::kHelp) loaded.text = HelpText(role, ProgramName(argc, argv), with_flags);
  if (line.action == Action::kVersion) loaded.text = VersionText();
  if (line.action != Action::kRun) return loaded;

  ApplyLayers(line, with_flags, environment, draft);
  // Only then is it known what is missing; after an error it would be guesswork.
  if (draft.problems.empty()) Complete(role, draft.config, draft.problems);
  if (!draft.problems.empty()) return draft.problems.ToStatus();
  loaded.config = std::move(draft.config);
  loaded.origins = std::move(draft.origins);
  return loaded;
}

}  // namespace oneway::process
