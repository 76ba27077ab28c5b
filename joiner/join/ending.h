// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/flow/ids.h"
#include "common/time/time.h"

namespace oneway::join {

// What of an end decides about its key. A value.
struct Ending {
  Time time;
  flow::SeriesId series{};  // number of the labels that it carries
};

}  // namespace oneway::join
