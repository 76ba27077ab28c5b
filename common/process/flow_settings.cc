// SPDX-License-Identifier: Apache-2.0
#include "common/process/flow_settings.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/event/event.h"
#include "common/process/codec.h"

namespace oneway::process {
namespace {

using std::chrono::hours;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr Duration kThirtyDays = hours(30 * 24);
constexpr uint32_t kSeriesMax = 1'000'000;

template <typename Value>
FlowSetting Declare(std::string key, Value flow::Rules::*member, const Codec<Value>& codec) {
  const auto set = [member, parse = codec.parse](const std::vector<std::string>& texts, flow::Rules& rules) {
    auto value = parse(texts.front());
    if (value.ok()) rules.*member = *std::move(value);
    return value.status();
  };
  return {.key = std::move(key), .default_text = codec.show(flow::Rules{}.*member), .is_list = false, .set = set};
}

absl::Status NotYet(const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("`", what, "` is not supported yet by this version"));
}

// A codec for a word of which `later` is planned but not built: taking it silently would measure something else.
template <typename Value>
Codec<Value> WithLater(Codec<Value> codec, const std::string& later) {
  codec.parse = [parse = codec.parse, later](const std::string& text) -> absl::StatusOr<Value> {
    if (text == later) return NotYet(text);
    return parse(text);
  };
  return codec;
}

Codec<std::string> FlowName() {
  Codec<std::string> codec = NameText();
  codec.parse = [parse = codec.parse](const std::string& text) -> absl::StatusOr<std::string> {
    if (text.starts_with("__")) {
      return absl::InvalidArgumentError(absl::StrCat("`", text, "` is reserved: names do not begin with __"));
    }
    return parse(text);
  };
  return codec;
}

// Allow-listed labels become labels of metrics beside those that Oneway writes itself.
absl::Status CheckLabel(const std::string& label) {
  constexpr const char* kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  const bool is_name = !label.empty() && label.size() <= event::kLabelNameBytesMax &&
                       label.find_first_not_of(kAllowed) == std::string::npos && (label[0] < '0' || label[0] > '9');
  if (!is_name) {
    return absl::InvalidArgumentError(absl::StrCat("`", label, "` is not a label: 1 to ", event::kLabelNameBytesMax,
                                                   " characters out of a-z A-Z 0-9 _, the first not a digit"));
  }
  if (label.starts_with("__") || label == "flow" || label == "le" || label == "quantile") {
    return absl::InvalidArgumentError(absl::StrCat("`", label, "` is reserved"));
  }
  return absl::OkStatus();
}

absl::Status SetLabels(std::vector<std::string> labels, flow::Rules& rules) {
  for (const std::string& label : labels) {
    if (const absl::Status status = CheckLabel(label); !status.ok()) return status;
  }
  if (labels.size() > event::kLabelsMax) {
    return absl::InvalidArgumentError(absl::StrCat("has ", labels.size(), " labels; at most ", event::kLabelsMax));
  }
  std::sort(labels.begin(), labels.end());
  const auto repeated = std::adjacent_find(labels.begin(), labels.end());
  if (repeated != labels.end()) return absl::InvalidArgumentError(absl::StrCat("`", *repeated, "` is given twice"));
  rules.labels = std::move(labels);
  return absl::OkStatus();
}

}  // namespace

std::vector<FlowSetting> FlowSettings() {
  using flow::Rules;
  const auto shape = OneOf<flow::Shape>({{"pair", flow::Shape::kPair}, {"fanout", flow::Shape::kFanout}});
  const auto ends = WithLater(OneOf<flow::Ends>({{"first", flow::Ends::kFirst}}), "every");
  const auto start =
      OneOf<flow::StartPolicy>({{"earliest", flow::StartPolicy::kEarliest}, {"latest", flow::StartPolicy::kLatest}});
  std::vector<FlowSetting> settings = {
      Declare("name", &Rules::name, FlowName()),
      Declare("shape", &Rules::shape, shape),
      Declare("ttl", &Rules::ttl, DurationBetween(nanoseconds(1), kThirtyDays)),
      Declare("retry_window", &Rules::retry_window, DurationBetween(nanoseconds(1), kThirtyDays)),
      Declare("late_window", &Rules::late_window, DurationBetween(seconds(0), hours(24))),
      Declare("arrival_grace", &Rules::arrival_grace, DurationBetween(seconds(0), hours(24))),
      Declare("settle", &Rules::settle, DurationBetween(seconds(0), hours(1))),
      Declare("ends", &Rules::ends, ends),
      Declare("start", &Rules::start, start),
      {.key = "labels", .default_text = "[]", .is_list = true, .set = SetLabels},
      Declare("max_series", &Rules::max_series, CountBetween(1, kSeriesMax)),
  };
  for (FlowSetting& setting : settings) {
    if (setting.key == "late_window") setting.default_text = "ttl, at most 24h";
  }
  return settings;
}

}  // namespace oneway::process
