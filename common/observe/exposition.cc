// SPDX-License-Identifier: Apache-2.0
#include "common/observe/exposition.h"

#include <glog/logging.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "common/histogram/classic.h"
#include "common/observe/utf8.h"

namespace oneway::observe {
namespace {

const char* NameOf(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return "counter";
    case MetricType::kGauge:
      return "gauge";
    case MetricType::kHistogram:
      return "histogram";
  }
  return "untyped";
}

bool IsLabelName(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_allowed = [is_letter](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && is_letter(name[0]) && std::all_of(name.begin(), name.end(), is_allowed);
}

bool IsMetricName(std::string_view name) {
  std::string without_colons(name);
  std::replace(without_colons.begin(), without_colons.end(), ':', '_');
  return IsLabelName(without_colons);
}

void AppendEscaped(std::string_view text, bool quote, std::string& out) {
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (quote && c == '"') {
      out += "\\\"";
    } else {
      out += c;
    }
  }
}

Labels Sorted(Labels labels) {
  std::sort(labels.begin(), labels.end());
  for (size_t i = 0; i < labels.size(); ++i) {
    const std::string& name = labels[i].first;
    CHECK(IsLabelName(name)) << "malformed label name '" << name << "'";
    CHECK(i == 0 || labels[i - 1].first != name) << "label '" << name << "' is given twice";
  }
  return labels;
}

// `app="a",flow="push"`, without braces.
std::string Rendered(const Labels& sorted) {
  std::string out;
  for (const auto& [name, value] : sorted) {
    out += (out.empty() ? "" : ",") + name + "=\"";
    AppendEscaped(ToUtf8(value), /*quote=*/true, out);
    out += '"';
  }
  return out;
}

std::string Line(const std::string& name, const std::string& labels, const std::string& value) {
  return name + (labels.empty() ? "" : "{" + labels + "}") + " " + value + "\n";
}

std::string NumberText(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  CHECK(error == std::errc{});
  return std::string(text.data(), end);
}

// Nanoseconds as decimal seconds, all digits: a double would lose some of a large sum.
std::string Seconds(unsigned __int128 nanos) {
  constexpr size_t kFractionDigits = 9;
  std::string digits;
  for (; nanos != 0; nanos /= 10) digits += static_cast<char>('0' + static_cast<int>(nanos % 10));
  while (digits.size() <= kFractionDigits) digits += '0';
  std::reverse(digits.begin(), digits.end());
  digits.insert(digits.size() - kFractionDigits, ".");
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

// The lines of one histogram.
std::string HistogramLines(const std::string& name, const Labels& labels, const histogram::Histogram& histogram) {
  const std::string rendered = Rendered(labels);
  const std::string before_bound = rendered + (rendered.empty() ? "" : ",") + "le=\"";
  std::string lines;
  for (int exponent = histogram::kClassicExponentMin; exponent <= histogram::kClassicExponentMax; ++exponent) {
    lines += Line(name + "_bucket", before_bound + NumberText(std::ldexp(1.0, exponent)) + "\"",
                  std::to_string(histogram.CountAtMostPowerOfTwo(exponent)));
  }
  const std::string count = std::to_string(histogram.count());
  lines += Line(name + "_bucket", before_bound + "+Inf\"", count);
  lines += Line(name + "_sum", rendered, Seconds(histogram.sum_nanos()));
  lines += Line(name + "_count", rendered, count);
  return lines;
}

}  // namespace

void Exposition::Family(std::string_view name, MetricType type, std::string_view help) {
  CHECK(IsMetricName(name)) << "malformed metric name '" << name << "'";
  open_ = name;
  const auto [family, added] = families_.try_emplace(open_);
  if (added) {
    family->second.type = type;
    family->second.help = help;
    return;
  }
  CHECK(family->second.type == type && family->second.help == help) << name << " is declared in two ways";
}

void Exposition::Sample(const Labels& labels, double value) {
  AddNumber(labels, {.text = NumberText(value), .value = value});
}

void Exposition::Sample(const Labels& labels, const histogram::Histogram& histogram, std::vector<Exemplar> exemplars) {
  CHECK(Open().type == MetricType::kHistogram) << open_ << " is no histogram";
  CHECK(std::none_of(labels.begin(), labels.end(), [](const auto& label) { return label.first == "le"; }))
      << "le belongs to the buckets";
  Add(Sorted(labels), HistogramSample{.histogram = histogram, .exemplars = std::move(exemplars)});
}

std::string Exposition::Text() const {
  std::string text;
  for (const auto& [name, family] : families_) {
    text += "# HELP " + name + " ";
    AppendEscaped(family.help, /*quote=*/false, text);
    text += "\n# TYPE " + name + " " + NameOf(family.type) + "\n";
    for (const auto& [labels, value] : family.samples) {
      const auto* number = std::get_if<Number>(&value);
      text += number != nullptr ? Line(name, Rendered(labels), number->text)
                                : HistogramLines(name, labels, std::get<HistogramSample>(value).histogram);
    }
  }
  return text;
}

Exposition::FamilyContent& Exposition::Open() {
  CHECK(!open_.empty()) << "a sample needs a family before it";
  return families_.at(open_);
}

void Exposition::AddNumber(Labels labels, Number number) {
  CHECK(Open().type != MetricType::kHistogram) << open_ << " takes histograms only";
  Add(Sorted(std::move(labels)), std::move(number));
}

void Exposition::Add(Labels sorted, Value value) {
  const auto [sample, added] = Open().samples.try_emplace(std::move(sorted), std::move(value));
  CHECK(added) << open_ << " has two samples {" << Rendered(sample->first) << "}";
}

}  // namespace oneway::observe
