// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/console.h"

namespace oneway::cli {

// What `oneway get` was asked to do.
struct GetOptions {
  std::string server;
  std::string flow;
  std::string key;
  bool json = false;
};

// Tells the state of one key. kAbsent when there is no such key, kPartial when its joiner did not answer.
Exit Get(const GetOptions& options, Console& console);

}  // namespace oneway::cli
