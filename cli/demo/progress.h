// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>

#include "cli/demo/page.h"
#include "cli/terminal/screen.h"

namespace oneway::cli::demo {

// Shows how the demo goes on: on a terminal the whole page, redrawn in place; elsewhere a line for each thing that
// happens, every few seconds a table, and with the first one what to try.
// Threading: external. `console` outlives it.
class Progress {
 public:
  // `live`: redraw in place on console.out; otherwise write lines to `lines`.
  Progress(const Console& console, bool live, std::ostream& lines);

  // Something happened that is worth a line. On a terminal only before the first page, which holds the incidents.
  void Say(const std::string& sentence);
  void Show(const Page& page);
  // Writes below everything shown so far.
  void Write(const std::vector<terminal::Line>& lines);
  // Nobody reads any more: `oneway demo | head`, or the terminal is closed.
  bool failed() const;

 private:
  void ShowBlock(const Page& page);
  std::ostream& out() const { return live_ ? console_.out : lines_; }

  const Console& console_;
  const bool live_;
  std::ostream& lines_;
  terminal::Screen screen_;
  bool has_page_ = false;
  std::chrono::milliseconds next_block_at_;
};

}  // namespace oneway::cli::demo
