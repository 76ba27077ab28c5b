// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "common/flow/ids.h"
#include "common/time/time.h"

namespace oneway::join {

// What of an end decides about its key. A value.
struct Ending {
  Time time;
  flow::SeriesId series{};  // number of the labels that it carries
  std::string_view key{};   // bytes of its key, as they are kept; only for those who are told
};

}  // namespace oneway::join
