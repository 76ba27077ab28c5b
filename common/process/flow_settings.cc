// SPDX-License-Identifier: Apache-2.0
#include "common/process/flow_settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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
  const auto show = [member, show = codec.show](const flow::Rules& rules) { return show(rules.*member); };
  return {.key = std::move(key), .default_text = codec.show(flow::Rules{}.*member), .set = set, .show = show};
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

std::string ShowLabels(const flow::Rules& rules) {
  return absl::StrCat("[", absl::StrJoin(rules.labels, ", "), "]");
}

// A share above 0 and below 1, `0.99` or `99%`, exactly the number that is written.
absl::StatusOr<double> ParseShare(const std::string& text) {
  const bool percent = text.ends_with("%");
  const std::string digits = text.substr(0, text.size() - (percent ? 1 : 0));
  const bool is_number = !digits.empty() && digits.find_first_not_of("0123456789.") == std::string::npos;
  const std::string number = digits + (percent ? "e-2" : "");
  double share = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), share);
  if (is_number && error == std::errc{} && end == number.data() + number.size() && share > 0 && share < 1) return share;
  const bool lacks_percent = is_number && !percent && share > 1 && share < 100;
  return absl::InvalidArgumentError(
      absl::StrCat("`", text, "` is no share above 0 and below 1, such as 0.99 or 99%",
                   lacks_percent ? absl::StrCat("; did you mean `", text, "%`?") : std::string()));
}

std::string ShowShare(double share) {
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), share);
  return {text.data(), end};
}

flow::Objective& ObjectiveOf(flow::Rules& rules) {
  if (!rules.objective.has_value()) rules.objective.emplace();
  return *rules.objective;
}

FlowSetting DeclareObjective() {
  const auto under = DurationBetween(nanoseconds(1), kThirtyDays);
  const auto set_under = [under](const std::vector<std::string>& texts, flow::Rules& rules) {
    const auto value = under.parse(texts.front());
    if (value.ok()) ObjectiveOf(rules).under = *value;
    return value.status();
  };
  const auto set_target = [](const std::vector<std::string>& texts, flow::Rules& rules) {
    const auto value = ParseShare(texts.front());
    if (value.ok()) ObjectiveOf(rules).target = *value;
    return value.status();
  };
  const auto show = [under](const flow::Rules& rules) {
    if (!rules.objective.has_value()) return std::string();
    return absl::StrCat("{under: ", under.show(rules.objective->under),
                        ", target: ", ShowShare(rules.objective->target), "}");
  };
  return {.key = "objective",
          .default_text = "none",
          .fields = {{.key = "under", .set = set_under}, {.key = "target", .set = set_target}},
          .show = show};
}

}  // namespace

std::vector<FlowSetting> FlowSettings() {
  using flow::Rules;
  const auto shape = OneOf<flow::Shape>({{"pair", flow::Shape::kPair}, {"fanout", flow::Shape::kFanout}});
  const auto ends = OneOf<flow::Ends>({{"first", flow::Ends::kFirst}, {"every", flow::Ends::kEvery}});
  const auto start =
      OneOf<flow::StartPolicy>({{"earliest", flow::StartPolicy::kEarliest}, {"latest", flow::StartPolicy::kLatest}});
  const auto keys = OneOf<flow::Keys>({{"plain", flow::Keys::kPlain}, {"hashed", flow::Keys::kHashed}});
  const auto exemplars = OneOf<flow::Exemplars>(
      {{"none", flow::Exemplars::kNone}, {"hash", flow::Exemplars::kHash}, {"key", flow::Exemplars::kKey}});
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
      {.key = "labels", .default_text = "[]", .is_list = true, .set = SetLabels, .show = ShowLabels},
      Declare("max_series", &Rules::max_series, CountBetween(1, kSeriesMax)),
      DeclareObjective(),
      Declare("keys", &Rules::keys, keys),
      Declare("exemplars", &Rules::exemplars, exemplars),
  };
  for (FlowSetting& setting : settings) {
    if (setting.key == "late_window") setting.default_text = "ttl, at most 24h";
    if (setting.key == "settle") setting.only_of = flow::Shape::kFanout;
  }
  return settings;
}

}  // namespace oneway::process
