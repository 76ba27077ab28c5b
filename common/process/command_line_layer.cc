// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/process/layers.h"
#include "common/process/suggestion.h"

namespace oneway::process {
namespace {

void ReportUnknown(const std::vector<std::string>& unknown, const std::vector<Setting>& with_flags,
                   Problems& problems) {
  if (unknown.empty()) return;
  // Only the first: what follows it may be its value.
  const std::string& argument = unknown.front();
  const std::string flag = argument.substr(0, argument.find('='));
  if (!flag.starts_with("-")) {
    problems.Add("", absl::StrCat("unexpected argument `", argument, "`; see --help"));
    return;
  }
  std::vector<std::string> known = {"--config", "--help", "--version"};
  for (const Setting& setting : with_flags) known.push_back(setting.Flag());
  problems.Add("", absl::StrCat("unknown flag ", flag, DidYouMean(flag, known)));
}

}  // namespace

std::vector<Setting> SettingsWithFlags(Role role) {
  std::vector<Setting> settings = ClusterSettings();
  for (Setting& setting : role == Role::kJoiner ? JoinerSettings() : PartitionerSettings()) {
    settings.push_back(std::move(setting));
  }
  return settings;
}

CommandLine ParseCommandLine(const std::vector<Setting>& with_flags, int argc, const char* const* argv,
                             Problems& problems) {
  CommandLine line;
  CLI::App app;
  app.allow_extras();  // reported here, with a suggestion
  app.add_option("-c,--config", line.config_file);
  app.set_help_flag("-h,--help");
  app.set_version_flag("--version", std::string());
  std::map<std::string, CLI::Option*> options;
  for (const Setting& setting : with_flags) {
    const std::string flag = setting.Flag();
    options[flag] = setting.IsSwitch() ? app.add_flag(flag) : app.add_option(flag);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    line.action = Action::kHelp;
    return line;
  } catch (const CLI::CallForVersion&) {
    line.action = Action::kVersion;
    return line;
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string message = error.what();  // begins with the flag and a colon
    problems.Add(message.substr(0, message.find(':')), "needs exactly one value");
    return line;
  } catch (const CLI::ParseError& error) {
    problems.Add("", absl::StrCat(error.what(), "; see --help"));
    return line;
  }
  ReportUnknown(app.remaining(), with_flags, problems);
  for (const auto& [flag, option] : options) {
    if (option->count() > 0) line.values[flag] = option->results().back();
  }
  return line;
}

void ApplyCommandLine(const CommandLine& line, const std::vector<Setting>& with_flags, Draft& draft) {
  for (const Setting& setting : with_flags) {
    const auto value = line.values.find(setting.Flag());
    if (value == line.values.end()) continue;
    draft.origins.Note(setting.Path(), absl::StrCat("flag ", setting.Flag()));
    const absl::Status status = setting.set(value->second, draft.config);
    if (!status.ok()) draft.problems.Add(setting.Flag(), std::string(status.message()));
  }
}

}  // namespace oneway::process
