// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/page.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "cli/demo/schedule.h"
#include "cli/demo/table.h"
#include "cli/terminal/wrap.h"

namespace oneway::cli::demo {
namespace {

constexpr size_t kIndent = 2;

terminal::Line TitleOf(const Page& page) {
  const auto elapsed = std::chrono::round<std::chrono::seconds>(page.now.at);
  return terminal::Line("oneway demo", Colour::kBold).Add("  " + InSeconds(elapsed) + " of " + InSeconds(page.run));
}

// Broken so that a shell takes the lines as one.
std::vector<std::string> InShellLines(const std::string& command, size_t width) {
  std::vector<std::string> lines = terminal::Wrapped(command, width - std::min(width, kIndent + 2), kIndent);
  for (size_t i = 0; i < lines.size(); ++i) {
    lines[i] = std::string(kIndent, ' ') + lines[i] + (i + 1 < lines.size() ? " \\" : "");
  }
  return lines;
}

void Append(std::vector<terminal::Line> more, std::vector<terminal::Line>& lines) {
  std::move(more.begin(), more.end(), std::back_inserter(lines));
}

std::vector<terminal::Line> TitleAndTable(const Page& page, size_t width) {
  std::vector<terminal::Line> lines = {TitleOf(page)};
  Append(TableOf(page.now, page.rates, width), lines);
  return lines;
}

// What happened, each sentence broken to `width`: as many of the last sentences as `lines_max` lines hold; of the very
// last as much as they hold.
std::vector<terminal::Line> IncidentLinesOf(const Page& page, size_t width, size_t lines_max) {
  std::vector<std::string> texts;
  for (auto sentence = page.incidents.rbegin(); sentence != page.incidents.rend(); ++sentence) {
    const std::vector<std::string> wrapped = terminal::Wrapped(*sentence, width, kIndent);
    if (!texts.empty() && texts.size() + wrapped.size() > lines_max) break;
    texts.insert(texts.begin(), wrapped.begin(), wrapped.end());
  }
  texts.resize(std::min(texts.size(), lines_max));
  std::vector<terminal::Line> lines;
  for (std::string& text : texts) lines.emplace_back(std::move(text), Colour::kYellow);
  return lines;
}

}  // namespace

std::vector<terminal::Line> LinesOf(const Page& page, size_t width, size_t lines_max) {
  std::vector<terminal::Line> lines = TitleAndTable(page, width);
  std::vector<terminal::Line> commands = CommandLinesOf(page, width);
  const size_t around = lines.size() + commands.size() + 2;  // empty lines
  std::vector<terminal::Line> incidents = IncidentLinesOf(page, width, lines_max - std::min(lines_max, around));
  if (!incidents.empty()) lines.emplace_back();
  Append(std::move(incidents), lines);
  lines.emplace_back();
  Append(std::move(commands), lines);
  return lines;
}

std::vector<terminal::Line> CommandLinesOf(const Page& page, size_t width) {
  std::vector<terminal::Line> lines = {terminal::Line("In a browser: ").Add(page.browser_url, Colour::kBold),
                                       terminal::Line("Try in another terminal:")};
  for (const std::string& command : page.commands) {
    for (std::string& text : InShellLines(command, width)) lines.emplace_back(std::move(text));
  }
  return lines;
}

std::vector<terminal::Line> BlockOf(const Page& page) {
  return TitleAndTable(page, std::numeric_limits<size_t>::max());
}

}  // namespace oneway::cli::demo
