// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace oneway::ledger {

using Labels = std::vector<std::pair<std::string, std::string>>;  // name, value; sorted by name

}  // namespace oneway::ledger
