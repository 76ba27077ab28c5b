// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "oneway/v1/query.pb.h"

namespace oneway::report {

// What all series of a reply may take, so that it fits into a message (rpc::kMessageBytesMax) with the rest of it.
inline constexpr size_t kSeriesBytesMax = size_t{3} << 20;
// The label of the series in which those are summed up that do not fit.
inline constexpr char kRestLabel[] = "__rest__";

// Sums those series of `stats` that started least up in one, so that all of them take about `bytes_max`. Their sum
// stays what it was. Pure.
void BoundSeries(size_t bytes_max, v1::LocalFlowStats& stats);

}  // namespace oneway::report
