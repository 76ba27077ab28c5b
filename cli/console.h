// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace oneway::cli {

// What a verb reads and writes: the process's streams, or a test's.
struct Console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool out_has_colours = false;
  bool err_is_terminal = false;
  void (*before_reading_lines)() = nullptr;  // called before a verb reads standard input to its end; null = nothing
};

// How a verb ended; the number is the process's exit code.
enum class Exit : int {
  kOk = 0,
  kFinding = 1,  // it worked, and found what must not be: refused events, an unexplained start
  kPartial = 2,  // nobody answered, or not everybody
  kAbsent = 3,   // no such key
  kUsage = 64,   // a wrong command line
  kConfig = 78,  // a wrong configuration
};

enum class Colour { kBold, kRed, kGreen, kYellow };

// Writes rows as FormatTable() aligns them, the first one bold.
void TellTable(const std::vector<std::vector<std::string>>& rows, Console& console);

// The text in a colour where standard output has them; as it is otherwise.
std::string Painted(const Console& console, Colour colour, std::string_view text);

}  // namespace oneway::cli
