// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/process/config.h"

namespace oneway::process {

// A configuration as tools look at it: of a whole cluster, or of one process of it that does not run.
struct ConfigView {
  Config config;
  Origins origins;
  std::vector<std::string> problems;  // one line each, as the servers tell them; all of them
};

// Reads a file as every server that it is meant for does: all sections, for the partitioners and for each joiner of its
// list. Variables and flags are left out, and what they have to give, such as a joiner's data folder, is not missed.
ConfigView CheckConfigFile(const std::string& file);

// Whose configuration to look at.
struct Subject {
  enum class Kind { kCluster, kPartitioner, kJoiner };
  Kind kind = Kind::kCluster;
  std::string joiner;  // kJoiner: its name
};

// Lays file, variables and flags over the defaults as the process would, and stops short of what only it needs. `flags`
// are those of its command line; a cluster as a whole takes none.
ConfigView ViewConfig(const Subject& subject, const std::vector<std::string>& flags,
                      const std::map<std::string, std::string>& environment);

}  // namespace oneway::process
