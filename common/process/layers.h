// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/process/config.h"
#include "common/process/origins.h"
#include "common/process/problems.h"
#include "common/process/setting.h"

namespace oneway::process {

// What the layers fill in together: values, where each comes from, and what is wrong with them.
struct Draft {
  Config config = DefaultConfig();
  Origins origins;
  Problems problems;
};

// The three places that a setting's value can come from, each laid over the one before. All of them report what is
// wrong, take the rest, and are driven by the same table of settings.

// The file of all processes: sections cluster, partitioner, joiner, flow_defaults, flows.
void ApplyFile(const std::string& file, const std::vector<Setting>& settings, Draft& draft);

// The ONEWAY_* variables; ONEWAY_CONFIG is read by the caller, other variables are none of ours.
void ApplyEnvironment(const std::map<std::string, std::string>& environment, const std::vector<Setting>& settings,
                      Draft& draft);

// What stood on the command line, as text.
struct CommandLine {
  Action action = Action::kRun;
  std::string config_file;                    // --config; empty: not given
  std::map<std::string, std::string> values;  // by flag: `--memory-max`
};

// The settings that have flags in a process of this role: its own and the cluster's.
std::vector<Setting> SettingsWithFlags(Role role);
CommandLine ParseCommandLine(const std::vector<Setting>& with_flags, int argc, const char* const* argv,
                             Problems& problems);
void ApplyCommandLine(const CommandLine& line, const std::vector<Setting>& with_flags, Draft& draft);

// All three. The file is the one that the command line names, else the variable ONEWAY_CONFIG, else there is none.
void ApplyLayers(const CommandLine& line, const std::vector<Setting>& with_flags,
                 const std::map<std::string, std::string>& environment, Draft& draft);

// The text of --help.
std::string HelpText(Role role, const std::string& program, const std::vector<Setting>& with_flags);

// What only shows when all layers are in: required values, those that follow from others, names that must match.
void Complete(Role role, Config& config, Problems& problems);
// The part of it that concerns the name of a joiner and where it listens.
void CompleteJoinerName(Config& config, Problems& problems);

}  // namespace oneway::process
