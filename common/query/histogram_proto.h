// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "absl/status/statusor.h"
#include "common/histogram/histogram.h"
#include "oneway/v1/query.pb.h"

namespace oneway::query {

// Histograms on the wire. Pure.

v1::LatencyHistogram ToProto(const histogram::Histogram& histogram);

// INVALID_ARGUMENT when no samples can have led to `proto`; it then must not be merged into anything.
absl::StatusOr<histogram::Histogram> FromProto(const v1::LatencyHistogram& proto);

}  // namespace oneway::query
