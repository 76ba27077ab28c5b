// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/console.h"

namespace oneway::cli {

// What `oneway config print` was asked to do.
struct ConfigPrintOptions {
  std::string file;                // empty: the variable ONEWAY_CONFIG, else none
  std::string joiner;              // only what this joiner reads
  bool partitioner = false;        // only what a partitioner reads
  std::vector<std::string> flags;  // of the process, as on its command line; needs one of the two
  std::map<std::string, std::string> environment;
  bool json = false;
};

// Tells every setting with its value and where that comes from. kConfig, and all problems on standard error, when the
// configuration is wrong.
Exit ConfigPrint(const ConfigPrintOptions& options, Console& console);

}  // namespace oneway::cli
