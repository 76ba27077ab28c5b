// SPDX-License-Identifier: Apache-2.0
//
// The `oneway` tool: sends events, asks what became of them.
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

#include "cli/command_line.h"
#include "cli/console.h"

namespace {

// Lets the first Ctrl-C pass. In `tail -f | oneway send -` it ends tail, hence the input, and what was read is still
// sent and summed up; a second one ends this process.
void SurviveFirstInterrupt() {
  struct sigaction once {};
  once.sa_handler = [](int) {};
  once.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  sigaction(SIGINT, &once, nullptr);
}

// Not every terminal can: that of an editor's shell calls itself dumb.
bool IsTerminalThatDraws() {
  const char* terminal = std::getenv("TERM");
  return isatty(STDOUT_FILENO) != 0 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

// https://no-color.org
bool WantsColours() {
  const char* no_color = std::getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) != 0 && (no_color == nullptr || *no_color == '\0');
}

}  // namespace

int main(int argc, char** argv) {
  // Without this, reading lines costs several times as much.
  std::ios::sync_with_stdio(false);
  std::cin.tie(nullptr);
  oneway::cli::Console console{.in = std::cin,
                               .out = std::cout,
                               .err = std::cerr,
                               .in_is_terminal = isatty(STDIN_FILENO) != 0,
                               .out_is_terminal = IsTerminalThatDraws(),
                               .out_has_colours = WantsColours(),
                               .err_is_terminal = isatty(STDERR_FILENO) != 0,
                               .before_reading_lines = SurviveFirstInterrupt};
  const int code = oneway::cli::RunCommandLine(argc, argv, console);
  std::cout.flush();
  return code;
}
