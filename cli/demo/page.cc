// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/page.h"

#include <algorithm>
#include <limits>
#include <sstream>
#include <utility>

#include "cli/demo/schedule.h"
#include "cli/demo/table.h"

namespace oneway::cli::demo {
namespace {

constexpr size_t kIndent = 2;

Line TitleOf(const Page& page) {
  const auto elapsed = std::chrono::round<std::chrono::seconds>(page.now.at);
  return Line("oneway demo", Colour::kBold).Add("  " + InSeconds(elapsed) + " of " + InSeconds(page.run));
}

// Broken so that a shell takes the lines as one.
std::vector<std::string> InShellLines(const std::string& command, size_t width) {
  std::vector<std::string> lines = Wrapped(command, width - std::min(width, kIndent + 2), kIndent);
  for (size_t i = 0; i < lines.size(); ++i) {
    lines[i] = std::string(kIndent, ' ') + lines[i] + (i + 1 < lines.size() ? " \\" : "");
  }
  return lines;
}

std::vector<Line> TitleAndTable(const Page& page, size_t width) {
  std::vector<Line> lines = {TitleOf(page)};
  for (Line& line : TableOf(page.now, page.rates, width)) lines.push_back(std::move(line));
  return lines;
}

}  // namespace

std::vector<Line> LinesOf(const Page& page, size_t width) {
  std::vector<Line> lines = TitleAndTable(page, width);
  lines.emplace_back();
  for (const std::string& sentence : page.incidents) {
    for (std::string& text : Wrapped(sentence, width, kIndent)) lines.emplace_back(std::move(text), Colour::kYellow);
  }
  if (!page.incidents.empty()) lines.emplace_back();
  for (Line& line : CommandLinesOf(page, width)) lines.push_back(std::move(line));
  return lines;
}

std::vector<Line> CommandLinesOf(const Page& page, size_t width) {
  std::vector<Line> lines = {Line("Try in another terminal:")};
  for (const std::string& command : page.commands) {
    for (std::string& text : InShellLines(command, width)) lines.emplace_back(std::move(text));
  }
  return lines;
}

std::vector<Line> BlockOf(const Page& page) {
  return TitleAndTable(page, std::numeric_limits<size_t>::max());
}

std::vector<std::string> Wrapped(const std::string& text, size_t width, size_t indent) {
  std::vector<std::string> lines;
  std::string line;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (line.empty()) {
      line = word;
    } else if (line.size() + 1 + word.size() <= width) {
      line += " " + word;
    } else {
      lines.push_back(line);
      line = std::string(indent, ' ') + word;
    }
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

}  // namespace oneway::cli::demo
