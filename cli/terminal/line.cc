// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal/line.h"

#include <algorithm>

namespace oneway::cli::terminal {

Line& Line::Add(std::string text, std::optional<Colour> colour) {
  if (!text.empty()) parts_.push_back({std::move(text), colour});
  return *this;
}

std::string Line::Plain() const {
  std::string plain;
  for (const Part& part : parts_) plain += part.text;
  return plain;
}

std::string Line::Shown(size_t width, const Console& console) const {
  std::string shown;
  for (const Part& part : parts_) {
    const std::string text = part.text.substr(0, width);
    if (text.empty()) break;
    width -= text.size();
    shown += part.colour ? Painted(console, *part.colour, text) : text;
  }
  return shown;
}

}  // namespace oneway::cli::terminal
