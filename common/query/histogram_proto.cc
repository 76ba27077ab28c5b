// SPDX-License-Identifier: Apache-2.0
#include "common/query/histogram_proto.h"

#include <utility>
#include <vector>

namespace oneway::query {

using histogram::Histogram;

v1::LatencyHistogram ToProto(const Histogram& histogram) {
  v1::LatencyHistogram proto;
  for (const Histogram::Bucket& bucket : histogram.buckets()) {
    proto.add_bucket_index(bucket.index);
    proto.add_bucket_count(bucket.count);
  }
  proto.set_zero_count(histogram.zero_count());
  proto.set_sum_nanos_low(static_cast<uint64_t>(histogram.sum_nanos()));
  proto.set_sum_nanos_high(static_cast<uint64_t>(histogram.sum_nanos() >> 64));
  proto.set_min_nanos(static_cast<uint64_t>(histogram.min().count()));
  proto.set_max_nanos(static_cast<uint64_t>(histogram.max().count()));
  return proto;
}

absl::StatusOr<Histogram> FromProto(const v1::LatencyHistogram& proto) {
  if (proto.bucket_index_size() != proto.bucket_count_size()) {
    return absl::InvalidArgumentError("histogram: as many bucket_index as bucket_count are needed");
  }
  std::vector<Histogram::Bucket> buckets;
  buckets.reserve(static_cast<size_t>(proto.bucket_index_size()));
  for (int i = 0; i < proto.bucket_index_size(); ++i) {
    buckets.push_back({.index = proto.bucket_index(i), .count = proto.bucket_count(i)});
  }
  const auto sum = (static_cast<unsigned __int128>(proto.sum_nanos_high()) << 64) | proto.sum_nanos_low();
  // Values beyond a Duration turn negative here, and Validate refuses these.
  Histogram histogram = Histogram::FromParts(std::move(buckets), proto.zero_count(), sum,
                                             Duration(static_cast<int64_t>(proto.min_nanos())),
                                             Duration(static_cast<int64_t>(proto.max_nanos())));
  if (absl::Status status = histogram.Validate(); !status.ok()) return status;
  return histogram;
}

}  // namespace oneway::query
