// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/histogram/histogram.h"

namespace oneway::query {

// The percentile `quantile` (0..1) in seconds of `matched` samples and `unended` ones that are longer than all of
// these: nearest rank, within 0.54 %; infinite where it falls among the unended; 0 where there is nothing at all. Pure.
double PercentileSeconds(const histogram::Histogram& matched, uint64_t unended, double quantile);

}  // namespace oneway::query
