// SPDX-License-Identifier: Apache-2.0
#include "cli/top/column.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "cli/format.h"

namespace oneway::cli::top {
namespace {

struct Known {
  std::string_view title;
  std::string_view name;
  char letter;
};
constexpr std::array<Known, kColumns> kKnown = {{{"flow", "flow", 'f'},
                                                 {"started/s", "started", 's'},
                                                 {"matched/s", "matched", 'm'},
                                                 {"open", "open", 'o'},
                                                 {"oldest", "oldest", 'l'},
                                                 {"overdue", "overdue", 'd'},
                                                 {"p50", "p50", '5'},
                                                 {"p99", "p99", '9'},
                                                 {"max", "max", 'x'},
                                                 {"expired", "expired", 'e'}}};

const Known& Of(Column column) {
  return kKnown.at(static_cast<size_t>(column));
}

template <typename Matches>
std::optional<Column> Find(Matches matches) {
  const auto* const found = std::find_if(kKnown.begin(), kKnown.end(), matches);
  return found == kKnown.end() ? std::nullopt : std::optional(static_cast<Column>(found - kKnown.begin()));
}

std::optional<double> Latency(const Flow& flow, double seconds) {
  return flow.samples == 0 ? std::nullopt : std::optional(seconds);
}

// What its column is sorted by; none: nothing to tell.
std::optional<double> ValueOf(Column column, const Flow& flow) {
  switch (column) {
    case Column::kStarted:
      return flow.started_per_second;
    case Column::kMatched:
      return flow.matched_per_second;
    case Column::kOpen:
      return static_cast<double>(flow.open);
    case Column::kOldest:
      return flow.open == 0 ? std::nullopt : std::optional(flow.oldest_seconds);
    case Column::kOverdue:
      return static_cast<double>(flow.overdue);
    case Column::kP50:
      return Latency(flow, flow.p50_seconds);
    case Column::kP99:
      return Latency(flow, flow.p99_seconds);
    case Column::kMax:
      return Latency(flow, flow.max_seconds);
    case Column::kExpired:
      return static_cast<double>(flow.expired);
    case Column::kFlow:
      break;
  }
  return std::nullopt;
}

}  // namespace

std::string_view TitleOf(Column column) {
  return Of(column).title;
}

std::string_view NameOf(Column column) {
  return Of(column).name;
}

std::vector<std::string> ColumnNames() {
  std::vector<std::string> names;
  for (const Known& known : kKnown) names.emplace_back(known.name);
  return names;
}

std::optional<Column> ColumnNamed(std::string_view name) {
  return Find([&](const Known& known) { return known.name == name; });
}

char LetterOf(Column column) {
  return Of(column).letter;
}

std::optional<Column> ColumnOfLetter(char letter) {
  return Find([&](const Known& known) { return known.letter == letter; });
}

Column RightOf(Column column) {
  return static_cast<Column>((static_cast<size_t>(column) + 1) % kColumns);
}

Column LeftOf(Column column) {
  return static_cast<Column>((static_cast<size_t>(column) + kColumns - 1) % kColumns);
}

std::string TextOf(Column column, const Flow& flow) {
  if (column == Column::kFlow) return flow.name;
  const std::optional<double> value = ValueOf(column, flow);
  if (!value) return "-";
  switch (column) {
    case Column::kStarted:
    case Column::kMatched:
      return absl::StrFormat("%.1f", *value);
    case Column::kOpen:
      return std::to_string(flow.open);
    case Column::kOverdue:
      return std::to_string(flow.overdue);
    case Column::kExpired:
      return std::to_string(flow.expired);
    default:
      return FormatSeconds(*value);
  }
}

void SortBy(Column column, bool reversed, std::vector<Flow>& flows) {
  const auto comes_before = [&](const Flow& left, const Flow& right) {
    if (column == Column::kFlow && reversed) return left.name > right.name;
    const std::optional<double> left_value = ValueOf(column, left);
    const std::optional<double> right_value = ValueOf(column, right);
    if (left_value == right_value) return left.name < right.name;
    if (!left_value || !right_value) return left_value.has_value();
    return reversed ? *left_value < *right_value : *left_value > *right_value;
  };
  std::sort(flows.begin(), flows.end(), comes_before);
}

}  // namespace oneway::cli::top
