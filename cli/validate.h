// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/console.h"

namespace oneway::cli {

// What `oneway validate` was asked to do.
struct ValidateOptions {
  std::string file;
};

// Reads a configuration file as the servers would, and tells all that is wrong with it, one problem a line, as they do.
// kConfig when there is any.
Exit Validate(const ValidateOptions& options, Console& console);

}  // namespace oneway::cli
