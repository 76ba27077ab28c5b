// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal/screen.h"

#include <algorithm>

namespace oneway::cli::terminal {
namespace {

// ECMA-48.
constexpr char kClearAll[] = "\x1b[H\x1b[2J";
constexpr char kClearToEndOfLine[] = "\x1b[K";
constexpr char kClearBelow[] = "\x1b[J";

std::string Up(size_t lines) {
  return lines == 0 ? "" : "\x1b[" + std::to_string(lines) + "A";
}

}  // namespace

std::string Screen::Draw(const std::vector<Line>& lines, ScreenSize size) {
  std::string text;
  if (drawn_ > 0) text = size == size_ ? "\r" + Up(drawn_) : kClearAll;
  size_ = size;
  // The cursor stands below the last line, on a row of its own.
  drawn_ = std::min(lines.size(), size.rows > 1 ? size.rows - 1 : 1);
  // A line as wide as the terminal leaves the cursor where erasing would take its last character.
  const size_t width = size.columns > 1 ? size.columns - 1 : 1;
  for (size_t i = 0; i < drawn_; ++i) text += lines[i].Shown(width, console_) + kClearToEndOfLine + "\n";
  return text + kClearBelow;
}

}  // namespace oneway::cli::terminal
