// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal/full_screen.h"

#include <unistd.h>

#include <ostream>

namespace oneway::cli::terminal {
namespace {

// As xterm has them, and those like it.
constexpr char kOtherScreen[] = "\x1b[?1049h";
constexpr char kOwnScreen[] = "\x1b[?1049l";
constexpr char kHideCursor[] = "\x1b[?25l";
constexpr char kShowCursor[] = "\x1b[?25h";
constexpr char kClearAll[] = "\x1b[H\x1b[2J";

// Not cfmakeraw(): lines that are written still end with a line feed alone.
termios KeysAtOnce(termios modes) {
  modes.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG | IEXTEN);
  modes.c_iflag &= ~static_cast<tcflag_t>(IXON | ICRNL);
  modes.c_cc[VMIN] = 1;
  modes.c_cc[VTIME] = 0;
  return modes;
}

}  // namespace

FullScreen::FullScreen(Console& console) : console_(console) {
  termios modes{};
  if (console.in_is_terminal && tcgetattr(STDIN_FILENO, &modes) == 0) before_ = modes;
  Enter();
}

FullScreen::~FullScreen() {
  Leave();
}

void FullScreen::Enter() {
  if (before_) {
    const termios modes = KeysAtOnce(*before_);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
  }
  console_.out << kOtherScreen << kHideCursor << kClearAll << std::flush;
  entered_ = true;
}

void FullScreen::Leave() {
  if (!entered_) return;
  entered_ = false;
  console_.out << kShowCursor << kOwnScreen << std::flush;
  if (before_) tcsetattr(STDIN_FILENO, TCSADRAIN, &*before_);
}

}  // namespace oneway::cli::terminal
