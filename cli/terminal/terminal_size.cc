// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal/terminal_size.h"

#include <sys/ioctl.h>
#include <unistd.h>

namespace oneway::cli::terminal {

ScreenSize SizeOfTerminal() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {.columns = size.ws_col, .rows = size.ws_row};
}

}  // namespace oneway::cli::terminal
