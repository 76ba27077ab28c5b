// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "common/flow/rules.h"

namespace oneway::join {

// The bytes of a key as people may see them: none where the flow hides its keys, which it may do since after this one
// was kept.
inline std::string_view ShownKey(std::string_view bytes, const flow::Rules& rules) {
  return rules.keys == flow::Keys::kHashed ? std::string_view() : bytes;
}

}  // namespace oneway::join
