// SPDX-License-Identifier: Apache-2.0
//
// An exposition as Prometheus' protobuf. Prometheus 2.40 and later ask for it where native histograms are on.
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/delimited_message_util.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/histogram/classic.h"
#include "common/observe/exposition.h"
#include "common/observe/utf8.h"
#include "io/prometheus/client/metrics.pb.h"

namespace oneway::observe {
namespace {

namespace wire = io::prometheus::client;

// Breadth of the zero bucket: far below a nanosecond, so that 0 alone falls into it. It may not be 0: by this
// Prometheus knows a histogram without samples for a native one, and does not store it as a classic one until the first
// comes.
const double kZeroThreshold = std::ldexp(1.0, -128);

double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

wire::MetricType TypeOf(MetricType type) {
  if (type == MetricType::kHistogram) return wire::HISTOGRAM;
  return type == MetricType::kCounter ? wire::COUNTER : wire::GAUGE;
}

template <typename Message>
void AddLabels(const Labels& labels, Message& message) {
  for (const auto& [name, value] : labels) {
    wire::LabelPair& pair = *message.add_label();
    pair.set_name(name);
    pair.set_value(ToUtf8(value));
  }
}

void AddClassicBuckets(const histogram::Histogram& histogram, wire::Histogram& out) {
  for (int exponent = histogram::kClassicExponentMin; exponent <= histogram::kClassicExponentMax; ++exponent) {
    wire::Bucket& bucket = *out.add_bucket();
    bucket.set_upper_bound(std::ldexp(1.0, exponent));
    bucket.set_cumulative_count(histogram.CountAtMostPowerOfTwo(exponent));
  }
  wire::Bucket& beyond = *out.add_bucket();
  beyond.set_upper_bound(std::numeric_limits<double>::infinity());
  beyond.set_cumulative_count(histogram.count());
}

void Fill(const Exemplar& exemplar, wire::Exemplar& out) {
  out.Clear();
  AddLabels(exemplar.labels, out);
  out.set_value(Seconds(exemplar.latency));
  const auto seconds = std::chrono::floor<std::chrono::seconds>(exemplar.at);
  out.mutable_timestamp()->set_seconds(seconds.time_since_epoch().count());
  out.mutable_timestamp()->set_nanos(static_cast<int32_t>((exemplar.at - seconds).count()));
}

// Our bucket i is (2^(i/64), 2^((i+1)/64)]; Prometheus names it by its upper bound, i + 1.
void AddNativeBuckets(const histogram::Histogram& histogram, wire::Histogram& out) {
  out.set_schema(histogram::Histogram::kScale);
  out.set_zero_threshold(kZeroThreshold);
  out.set_zero_count(histogram.zero_count());
  int32_t next = 0;  // index behind the last span
  uint64_t previous = 0;
  for (const histogram::Histogram::Bucket& bucket : histogram.buckets()) {
    const int32_t index = bucket.index + 1;
    if (out.positive_span_size() == 0 || index != next) {
      wire::BucketSpan& span = *out.add_positive_span();
      span.set_offset(index - next);
      span.set_length(0);
    }
    wire::BucketSpan& span = *out.mutable_positive_span(out.positive_span_size() - 1);
    span.set_length(span.length() + 1);
    out.add_positive_delta(static_cast<int64_t>(bucket.count - previous));
    previous = bucket.count;
    next = index + 1;
  }
}

// In both forms: each at its classic bucket, and the oldest first in a list of their own.
void AddExemplars(std::vector<Exemplar> exemplars, wire::Histogram& out) {
  for (const Exemplar& exemplar : exemplars) {
    const auto bucket = static_cast<int>(histogram::ClassicBucketOf(exemplar.latency));
    Fill(exemplar, *out.mutable_bucket(bucket)->mutable_exemplar());
  }
  std::stable_sort(exemplars.begin(), exemplars.end(),
                   [](const Exemplar& a, const Exemplar& b) { return a.at < b.at; });
  for (const Exemplar& exemplar : exemplars) Fill(exemplar, *out.add_exemplars());
}

void Fill(const histogram::Histogram& histogram, const std::vector<Exemplar>& exemplars, wire::Histogram& out) {
  out.set_sample_count(histogram.count());
  out.set_sample_sum(static_cast<double>(static_cast<long double>(histogram.sum_nanos()) / 1e9L));
  AddClassicBuckets(histogram, out);
  AddNativeBuckets(histogram, out);
  AddExemplars(exemplars, out);
}

}  // namespace

std::string Exposition::Protobuf() const {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  for (const auto& [name, content] : families_) {
    wire::MetricFamily family;
    family.set_name(name);
    family.set_help(ToUtf8(content.help));
    family.set_type(TypeOf(content.type));
    for (const auto& [labels, value] : content.samples) {
      wire::Metric& metric = *family.add_metric();
      AddLabels(labels, metric);
      if (const auto* sample = std::get_if<HistogramSample>(&value)) {
        Fill(sample->histogram, sample->exemplars, *metric.mutable_histogram());
      } else if (content.type == MetricType::kCounter) {
        metric.mutable_counter()->set_value(std::get<Number>(value).value);
      } else {
        metric.mutable_gauge()->set_value(std::get<Number>(value).value);
      }
    }
    // A family without samples says nothing, and some readers take it for the end.
    if (family.metric_size() == 0) continue;
    google::protobuf::util::SerializeDelimitedToZeroCopyStream(family, &stream);
  }
  return bytes;
}

}  // namespace oneway::observe
