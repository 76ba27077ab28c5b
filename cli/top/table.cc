// SPDX-License-Identifier: Apache-2.0
#include "cli/top/table.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

namespace oneway::cli::top {
namespace {

constexpr size_t kGap = 2;

// What may be left out, first the least telling.
constexpr Column kLeftOut[] = {Column::kMax, Column::kP50,    Column::kMatched, Column::kStarted,
                               Column::kP99, Column::kOldest, Column::kOpen};

std::string HeadOf(Column column, const View& view) {
  const std::string title(TitleOf(column));
  if (column != view.sort()) return title;
  // Names are sorted upwards, all else downwards.
  const bool downwards = (column == Column::kFlow) == view.reversed();
  return title + (downwards ? " v" : " ^");
}

// A column with its cells, the head first.
struct Cells {
  Column column;
  std::vector<std::string> texts;
  size_t width = 0;
};

Cells CellsOf(Column column, const std::vector<Flow>& flows, const View& view) {
  Cells cells{.column = column, .texts = {HeadOf(column, view)}};
  for (const Flow& flow : flows) cells.texts.push_back(TextOf(column, flow));
  for (const std::string& text : cells.texts) cells.width = std::max(cells.width, text.size());
  return cells;
}

size_t WidthOf(const std::vector<Cells>& columns) {
  return std::accumulate(columns.begin(), columns.end(), kGap * (columns.size() - 1),
                         [](size_t sum, const Cells& cells) { return sum + cells.width; });
}

// Some of the columns, where there is not room for all.
void LeaveOut(size_t width, Column sorted_by, std::vector<Cells>& columns) {
  for (const Column column : kLeftOut) {
    if (WidthOf(columns) <= width) return;
    if (column == sorted_by) continue;
    std::erase_if(columns, [&](const Cells& cells) { return cells.column == column; });
  }
}

std::optional<Colour> ColourOf(Column column, const Flow& flow) {
  if (column == Column::kOverdue && flow.overdue > 0) return Colour::kRed;
  if (column == Column::kOldest && flow.overdue > 0) return Colour::kRed;
  if (column == Column::kExpired && flow.expired > 0) return Colour::kYellow;
  return std::nullopt;
}

std::string Padded(const Cells& cells, size_t row) {
  const std::string& text = cells.texts[row];
  const std::string padding(cells.width - text.size(), ' ');
  return cells.column == Column::kFlow ? text + padding : std::string(kGap, ' ') + padding + text;
}

}  // namespace

std::vector<terminal::Line> TableOf(const std::vector<Flow>& flows, const View& view, size_t width) {
  std::vector<Cells> columns;
  for (size_t i = 0; i < kColumns; ++i) {
    columns.push_back(CellsOf(static_cast<Column>(i), flows, view));
  }
  LeaveOut(width, view.sort(), columns);
  std::vector<terminal::Line> lines(flows.size() + 1);
  for (const Cells& cells : columns) {
    lines[0].Add(Padded(cells, 0), Colour::kBold);
    for (size_t i = 0; i < flows.size(); ++i) lines[i + 1].Add(Padded(cells, i + 1), ColourOf(cells.column, flows[i]));
  }
  return lines;
}

}  // namespace oneway::cli::top
