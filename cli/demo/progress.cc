// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/progress.h"

#include <algorithm>
#include <limits>
#include <ostream>

#include "cli/terminal/terminal_size.h"

namespace oneway::cli::demo {
namespace {

constexpr std::chrono::seconds kBlockInterval{5};
constexpr size_t kWholeLine = std::numeric_limits<size_t>::max();

}  // namespace

Progress::Progress(const Console& console, bool live, std::ostream& lines)
    : console_(console), live_(live), lines_(lines), screen_(console), next_block_at_(kBlockInterval) {}

void Progress::Say(const std::string& sentence) {
  if (live_ && has_page_) return;
  out() << sentence << std::endl;
}

void Progress::Show(const Page& page) {
  if (!live_) return ShowBlock(page);
  const terminal::ScreenSize size = terminal::SizeOfTerminal();
  has_page_ = true;
  // The screen leaves the last column and the last row free.
  const size_t columns = std::max<size_t>(size.columns, 2) - 1;
  const size_t rows = std::max<size_t>(size.rows, 2) - 1;
  console_.out << screen_.Draw(LinesOf(page, columns, rows), size) << std::flush;
}

void Progress::ShowBlock(const Page& page) {
  if (page.now.at < next_block_at_) return;
  next_block_at_ = page.now.at + kBlockInterval - std::chrono::milliseconds(500);  // a tick is never late by so much
  Write(BlockOf(page));
  if (!has_page_) Write(CommandLinesOf(page, kWholeLine));
  has_page_ = true;
  lines_ << std::endl;
}

void Progress::Write(const std::vector<terminal::Line>& lines) {
  for (const terminal::Line& line : lines) out() << (live_ ? line.Shown(kWholeLine, console_) : line.Plain()) << "\n";
  out().flush();
}

bool Progress::failed() const {
  return out().fail();
}

}  // namespace oneway::cli::demo
