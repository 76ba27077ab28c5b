// SPDX-License-Identifier: Apache-2.0
#include "cli/console.h"

#include <ostream>

#include "cli/format.h"

namespace oneway::cli {
namespace {

const char* CodeOf(Colour colour) {
  switch (colour) {
    case Colour::kBold:
      return "\x1b[1m";
    case Colour::kRed:
      return "\x1b[31m";
    case Colour::kGreen:
      return "\x1b[32m";
    case Colour::kYellow:
      return "\x1b[33m";
  }
  return "";
}

}  // namespace

void TellTable(const std::vector<std::vector<std::string>>& rows, Console& console) {
  const std::string table = FormatTable(rows);
  const size_t header_end = table.find('\n');
  console.out << Painted(console, Colour::kBold, table.substr(0, header_end)) << table.substr(header_end);
}

std::string Painted(const Console& console, Colour colour, std::string_view text) {
  if (!console.out_has_colours) return std::string(text);
  return CodeOf(colour) + std::string(text) + "\x1b[0m";
}

}  // namespace oneway::cli
