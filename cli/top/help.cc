// SPDX-License-Identifier: Apache-2.0
#include "cli/top/help.h"

#include <algorithm>
#include <string>

#include "cli/terminal/wrap.h"
#include "cli/top/column.h"

namespace oneway::cli::top {
namespace {

using terminal::Line;

std::string LettersAndColumns() {
  std::string text;
  for (size_t i = 0; i < kColumns; ++i) {
    const auto column = static_cast<Column>(i);
    text += (i == 0 ? "" : ", ") + std::string(1, LetterOf(column)) + " " + std::string(TitleOf(column));
  }
  return text;
}

// Sentences that begin in a column of their own, behind what they explain.
void AddExplained(const std::string& what, const std::string& sentence, size_t width, std::vector<Line>& lines) {
  constexpr size_t kWhatColumns = 24;
  constexpr size_t kSentenceColumnsMin = 20;
  const size_t room = std::max(width, kWhatColumns + kSentenceColumnsMin) - kWhatColumns;
  std::string before = what + std::string(kWhatColumns - std::min(kWhatColumns, what.size()), ' ');
  for (const std::string& part : terminal::Wrapped(sentence, room, 0)) {
    lines.push_back(Line(before).Add(part));
    before.assign(kWhatColumns, ' ');
  }
}

}  // namespace

std::vector<Line> HelpLines(size_t width) {
  std::vector<Line> lines = {Line("Keys", Colour::kBold)};
  const auto add = [&](const std::string& what, const std::string& sentence) {
    AddExplained("  " + what, sentence, width, lines);
  };
  add("a letter", "sort by " + LettersAndColumns());
  add("< >", "sort by the column beside it");
  add("r", "the other way round");
  add("/", "only flows with this in their names; Esc: as before");
  add("Esc", "all flows again");
  add("w", "the next window: 1m, 5m, 1h, 24h, and the present minute besides");
  add("Up Down PgUp PgDn", "scroll; so do Home and End");
  add("q, Ctrl-C", "quit");
  lines.emplace_back();
  lines.emplace_back("Columns", Colour::kBold);
  add("started/s, matched/s", "since the look before; of the first look, over the window");
  add("open, oldest", "keys that wait for their end now, and for how long the oldest has");
  add("overdue", "open for longer than the flow's objective, or half its ttl; `oneway overdue` names them");
  add("p50, p99, max", "how long those took that matched within the window");
  add("expired", "got no end in time, within the window");
  return lines;
}

}  // namespace oneway::cli::top
