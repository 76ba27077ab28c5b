// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal/wrap.h"

#include <sstream>

namespace oneway::cli::terminal {

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

}  // namespace oneway::cli::terminal
