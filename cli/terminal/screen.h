// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/terminal/line.h"

namespace oneway::cli::terminal {

// Characters that fit.
struct ScreenSize {
  size_t columns = 80;
  size_t rows = 24;

  friend bool operator==(const ScreenSize&, const ScreenSize&) = default;
};

// Draws lines over those drawn before, on a terminal.
// Threading: external. `console` outlives it.
class Screen {
 public:
  explicit Screen(const Console& console) : console_(console) {}

  // What to write so that the terminal shows `lines` in place of those shown before, each cut to the width, and as many
  // as there are rows for. After the size has changed the whole terminal is cleared first, since it may have broken and
  // moved what stood there.
  std::string Draw(const std::vector<Line>& lines, ScreenSize size);
  // Others have drawn, or cleared the terminal: the next drawing begins where the cursor stands.
  void Forget() { drawn_ = 0; }

 private:
  const Console& console_;
  ScreenSize size_;
  size_t drawn_ = 0;  // lines of the last drawing
};

}  // namespace oneway::cli::terminal
