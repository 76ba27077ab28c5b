// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/table.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>
#include <string>
#include <utility>

#include "cli/format.h"
#include "cli/terminal/wrap.h"

namespace oneway::cli::demo {
namespace {

constexpr size_t kIndent = 2;

using Cells = std::vector<std::vector<std::string>>;

std::string OneDecimal(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

std::string VerdictOf(const Flow& flow) {
  return flow.unexplained == 0 ? "ok" : "unexplained " + std::to_string(flow.unexplained);
}

std::vector<std::string> CellsOf(const Flow& flow, const Rates* rates) {
  const auto latency = [&](double seconds) { return flow.samples == 0 ? "-" : FormatSeconds(seconds); };
  return {flow.name,
          rates == nullptr ? "-" : OneDecimal(rates->started),
          rates == nullptr ? "-" : OneDecimal(rates->matched),
          std::to_string(flow.open),
          flow.open == 0 ? "-" : FormatSeconds(flow.oldest_seconds),
          latency(flow.mean_seconds),
          latency(flow.p50_seconds),
          latency(flow.p95_seconds),
          latency(flow.p99_seconds),
          std::to_string(flow.expired),
          VerdictOf(flow)};
}

// The cells in columns, without some of the columns where there is not room for all.
std::string FormatWithin(size_t width, Cells cells) {
  std::string text = FormatTable(cells);
  for (const char* column : {"p95", "mean", "matched/s", "p50", "started/s", "p99", "oldest", "open"}) {
    if (text.find('\n') <= width) break;  // the last column reaches the right edge in every line
    const auto place = std::find(cells[0].begin(), cells[0].end(), column) - cells[0].begin();
    for (std::vector<std::string>& row : cells) row.erase(row.begin() + place);
    text = FormatTable(cells);
  }
  return text;
}

// The line of a flow, its last cell in the colour of good or bad.
terminal::Line RowOf(const std::string& text, const Flow& flow) {
  const size_t verdict = text.size() - VerdictOf(flow).size();
  return terminal::Line(text.substr(0, verdict))
      .Add(text.substr(verdict), flow.unexplained == 0 ? Colour::kGreen : Colour::kRed);
}

}  // namespace

std::vector<terminal::Line> TableOf(const Snapshot& now, const std::vector<Rates>& rates, size_t width) {
  Cells cells = {
      {"flow", "started/s", "matched/s", "open", "oldest", "mean", "p50", "p95", "p99", "expired", "balance"}};
  for (size_t i = 0; i < now.flows.size(); ++i) {
    cells.push_back(CellsOf(now.flows[i], i < rates.size() ? &rates[i] : nullptr));
  }
  std::istringstream text(FormatWithin(width, std::move(cells)));
  std::vector<terminal::Line> lines;
  std::string line;
  std::getline(text, line);
  lines.emplace_back(line, Colour::kBold);
  for (const Flow& flow : now.flows) {
    std::getline(text, line);
    lines.push_back(RowOf(line, flow));
  }
  for (const std::string& missing : now.missing) {
    for (std::string& part : terminal::Wrapped("partial: " + missing + "; its part is missing above", width, kIndent)) {
      lines.emplace_back(std::move(part), Colour::kYellow);
    }
  }
  return lines;
}

}  // namespace oneway::cli::demo
