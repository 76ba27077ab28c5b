// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

namespace oneway::process {

// The environment of this process, as LoadConfig takes it. Call it before other threads may change the environment.
std::map<std::string, std::string> CurrentEnvironment();

}  // namespace oneway::process
