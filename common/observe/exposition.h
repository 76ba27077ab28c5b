// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/histogram/histogram.h"

namespace oneway::observe {

enum class MetricType : uint8_t { kCounter, kGauge, kHistogram };

// Names with values. Values may be any bytes (what is not UTF-8 is shown as \xHH); names are [a-zA-Z_][a-zA-Z0-9_]*.
using Labels = std::vector<std::pair<std::string, std::string>>;

// The Content-Type of what Text() returns.
inline constexpr const char* kExpositionContentType = "text/plain; version=0.0.4; charset=utf-8";

// Writes one answer to a Prometheus scrape: text format 0.0.4. Families come out sorted by name and samples by labels,
// whatever the order of the calls, so that equal content is equal text.
//
// Flow: a /metrics handler makes one, hands it to each part that has something to tell, and answers with Text().
// Threading: external.
class Exposition {
 public:
  // Opens the family that following samples belong to; may be called again to add to it, with equal type and help.
  // Names are ours, not a user's: a malformed one is a bug and stops the process.
  void Family(std::string_view name, MetricType type, std::string_view help);

  // One sample of the open counter or gauge. The same labels twice in a family are a bug.
  template <std::integral Value>
  void Sample(const Labels& labels, Value value) {
    AddSample(labels, std::to_string(value));
  }
  void Sample(const Labels& labels, double value);
  // One sample of the open histogram, in seconds: cumulative buckets le = 2^-8 to 2^17 (exact counts, since these are
  // bucket bounds of the histogram) and +Inf, _sum and _count. `le` may not be among the labels.
  void Sample(const Labels& labels, const histogram::Histogram& histogram);

  std::string Text() const;

 private:
  struct FamilyContent {
    MetricType type{};
    std::string help;
    std::map<Labels, std::string> samples;  // by sorted labels: the lines
  };

  FamilyContent& Open();
  void AddSample(Labels labels, const std::string& value);
  void AddLines(Labels sorted, std::string lines);

  std::map<std::string, FamilyContent> families_;
  std::string open_;  // name of the open family
};

}  // namespace oneway::observe
