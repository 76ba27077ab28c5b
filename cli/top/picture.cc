// SPDX-License-Identifier: Apache-2.0
#include "cli/top/picture.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "cli/format.h"
#include "cli/terminal/wrap.h"
#include "cli/top/help.h"
#include "cli/top/table.h"

namespace oneway::cli::top {
namespace {

using terminal::Line;
using terminal::ScreenSize;

constexpr size_t kIndent = 2;
constexpr size_t kWholeLine = std::numeric_limits<size_t>::max();

// `14:00:05`, of this machine's time zone.
std::string TimeOfDay(Time time) {
  constexpr size_t kDate = 11;
  constexpr size_t kTime = 8;
  return FormatLocalTime(time).substr(kDate, kTime);
}

void AddState(const Snapshot& snapshot, Line& line) {
  const uint64_t answered = snapshot.joiners - std::min<uint64_t>(snapshot.joiners, snapshot.missing.size());
  line.Add("  ").Add(std::to_string(answered) + " of " + std::to_string(snapshot.joiners) +
                         (snapshot.joiners == 1 ? " joiner" : " joiners"),
                     snapshot.missing.empty() ? Colour::kGreen : Colour::kYellow);
  if (snapshot.unexplained > 0) {
    line.Add("  ").Add("balance: " + std::to_string(snapshot.unexplained) + " unexplained", Colour::kRed);
  } else if (snapshot.missing.empty()) {
    line.Add("  ").Add("balance ok", Colour::kGreen);
  } else {
    line.Add("  ").Add("balance ok in part", Colour::kYellow);
  }
  line.Add("  window " + std::string(NameOf(snapshot.window)) + "  " + TimeOfDay(snapshot.at));
}

Line TitleOf(const std::string& server, const std::optional<Snapshot>& snapshot) {
  Line line = Line("oneway top", Colour::kBold).Add("  " + server);
  if (snapshot) AddState(*snapshot, line);
  return line;
}

void AddNotice(const std::string& text, size_t width, Colour colour, std::vector<Line>& lines) {
  for (std::string& part : terminal::Wrapped(text, width, kIndent)) lines.emplace_back(std::move(part), colour);
}

void AddMissing(const Snapshot& snapshot, size_t width, std::vector<Line>& lines) {
  for (const Missing& missing : snapshot.missing) {
    AddNotice("partial: " + missing.joiner + " " + missing.reason + "; its part is missing below", width,
              Colour::kYellow, lines);
  }
}

// What is wrong with what is shown.
void AddNotices(const Known& known, size_t width, std::vector<Line>& lines) {
  const std::string age = known.snapshot ? "; what is below is of " + TimeOfDay(known.snapshot->at) : "";
  if (!known.failure.empty()) {
    AddNotice(known.failure + "; trying again" + age, width, Colour::kRed, lines);
  } else if (known.unanswered >= kSlowAnswer) {
    AddNotice("no answer for " + FormatDuration(known.unanswered) + age, width, Colour::kYellow, lines);
  } else if (known.snapshot) {
    AddMissing(*known.snapshot, width, lines);
  } else {
    lines.emplace_back("waiting for the first answer");
  }
}

Line FooterOf(const View& view, Extent extent) {
  if (view.helping()) return Line("? closes the help  q quit");
  if (view.typing()) return Line("only flows with: ").Add(view.filter() + "_", Colour::kBold);
  const size_t first = view.First(extent);
  const size_t last = std::min(extent.flows, first + extent.fitting);
  std::string text = "no flows";
  if (extent.flows > 0)
    text = "flows " + std::to_string(first + 1) + " to " + std::to_string(last) + " of " + std::to_string(extent.flows);
  if (extent.flows > 0 && extent.fitting == 0) text = "no room for " + std::to_string(extent.flows) + " flows";
  if (!view.filter().empty()) text += " with \"" + view.filter() + "\"";
  return Line(text + "  ? help  / filter  < > sort  w window  q quit");
}

void Append(std::vector<Line> more, std::vector<Line>& lines) {
  std::move(more.begin(), more.end(), std::back_inserter(lines));
}

// All above the table.
std::vector<Line> HeadOf(const Known& known, size_t width) {
  std::vector<Line> lines = {TitleOf(known.server, known.snapshot)};
  AddNotices(known, width, lines);
  return lines;
}

// The title of the table, and the footer.
constexpr size_t kAroundFlows = 2;

Line NoFlowLine(const Snapshot& snapshot) {
  return Line(snapshot.flows.empty() ? "no flow has been seen" : "no flow has such a name");
}

std::vector<Line> FlowLines(const Known& known, const View& view, size_t width, Extent extent) {
  if (!known.snapshot) return {};
  const std::vector<Flow> flows = view.Shown(*known.snapshot);
  if (flows.empty()) return {NoFlowLine(*known.snapshot)};
  std::vector<Line> table = TableOf(flows, view, width);
  const auto first = table.begin() + 1 + static_cast<std::ptrdiff_t>(view.First(extent));
  std::vector<Line> lines = {table.front()};
  const size_t shown = std::min(extent.flows, extent.fitting);
  std::move(first, first + static_cast<std::ptrdiff_t>(shown), std::back_inserter(lines));
  return lines;
}

}  // namespace

Extent ExtentOf(const Known& known, const View& view, ScreenSize size) {
  const size_t around = HeadOf(known, size.columns).size() + kAroundFlows;
  return {.flows = known.snapshot ? view.Shown(*known.snapshot).size() : 0,
          .fitting = size.rows - std::min(size.rows, around)};
}

std::vector<Line> LinesOf(const Known& known, const View& view, ScreenSize size) {
  std::vector<Line> lines = HeadOf(known, size.columns);
  const Extent extent = ExtentOf(known, view, size);
  Append(view.helping() ? HelpLines(size.columns) : FlowLines(known, view, size.columns, extent), lines);
  // The footer stands in the last line.
  lines.resize(std::max<size_t>(size.rows, 1) - 1);
  lines.push_back(FooterOf(view, extent));
  return lines;
}

std::vector<Line> BlockOf(const Snapshot& snapshot, const std::string& server, const View& view) {
  std::vector<Line> lines = {TitleOf(server, snapshot)};
  AddMissing(snapshot, kWholeLine, lines);
  const std::vector<Flow> flows = view.Shown(snapshot);
  if (flows.empty()) {
    lines.push_back(NoFlowLine(snapshot));
  } else {
    Append(TableOf(flows, view, kWholeLine), lines);
  }
  return lines;
}

}  // namespace oneway::cli::top
