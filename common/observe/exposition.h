// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/histogram/histogram.h"
#include "common/time/time.h"

namespace oneway::observe {

enum class MetricType : uint8_t { kCounter, kGauge, kHistogram };

// Names with values. Values may be any bytes (what is not UTF-8 is shown as \xHH); names are [a-zA-Z_][a-zA-Z0-9_]*.
using Labels = std::vector<std::pair<std::string, std::string>>;

// One latency of a histogram with where it came from. Only the protobuf form shows it.
struct Exemplar {
  // What is longer than this many characters, names and values together, Prometheus does not take.
  static constexpr size_t kCharactersMax = 128;

  Labels labels;
  Duration latency{};  // >= 0
  Time at{};
};

// Gathers one answer to a Prometheus scrape. Families come out sorted by name and samples by labels, whatever the order
// of the calls, so that equal content is equal text.
//
// Flow: a /metrics handler makes one, hands it to each part that has something to tell, and answers with AnswerScrape.
// Threading: external.
class Exposition {
 public:
  // Opens the family that following samples belong to; may be called again to add to it, with equal type and help.
  // Names are ours, not a user's: a malformed one is a bug and stops the process.
  void Family(std::string_view name, MetricType type, std::string_view help);

  // One sample of the open counter or gauge. The same labels twice in a family are a bug.
  template <std::integral Value>
  void Sample(const Labels& labels, Value value) {
    AddNumber(labels, {.text = std::to_string(value), .value = static_cast<double>(value)});
  }
  void Sample(const Labels& labels, double value);
  // One sample of the open histogram, in seconds. `le` may not be among the labels. Of exemplars one is shown at each
  // of the classic buckets, the last that is given; all are shown with the native histogram.
  void Sample(const Labels& labels, const histogram::Histogram& histogram, std::vector<Exemplar> exemplars = {});

  // Text format 0.0.4. Of a histogram: the classic buckets (common/histogram/classic.h; their counts are exact, since
  // they are bucket bounds of the histogram), _sum and _count.
  std::string Text() const;
  // Length-delimited io.prometheus.client.MetricFamily. Of a histogram all that Text() has, and the same samples as a
  // native histogram of schema 6, whose buckets are those of Histogram.
  std::string Protobuf() const;

 private:
  struct Number {
    std::string text;  // with all digits, which `value` may lack beyond 2^53
    double value = 0;
  };
  struct HistogramSample {
    histogram::Histogram histogram;
    std::vector<Exemplar> exemplars;
  };
  using Value = std::variant<Number, HistogramSample>;
  struct FamilyContent {
    MetricType type{};
    std::string help;
    std::map<Labels, Value> samples;  // by sorted labels
  };

  FamilyContent& Open();
  void AddNumber(Labels labels, Number number);
  void Add(Labels sorted, Value value);

  std::map<std::string, FamilyContent> families_;
  std::string open_;  // name of the open family
};

}  // namespace oneway::observe
