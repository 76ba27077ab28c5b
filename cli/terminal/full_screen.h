// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <termios.h>

#include <optional>

#include "cli/console.h"

namespace oneway::cli::terminal {

// The terminal as a view has it that takes all of it: another screen than the shell's, without a cursor, and keys that
// arrive at once, are not shown, and make no signals. As it was before from Leave on, at the latest when this ends.
//
// Keys are left as they are where standard input is not a terminal. Nothing that the terminal refuses is an error: it
// may be gone. A process in the background is stopped by Enter, as by whatever else it does to its terminal. Threading:
// external. `console` outlives it.
class FullScreen {
 public:
  // Enters.
  explicit FullScreen(Console& console);
  // Leaves.
  ~FullScreen();
  FullScreen(const FullScreen&) = delete;
  FullScreen& operator=(const FullScreen&) = delete;

  // Takes the terminal, and clears it. May be repeated, as after a stop during which others had it.
  void Enter();
  // Gives it back. May be repeated.
  void Leave();

 private:
  Console& console_;
  std::optional<termios> before_;  // of standard input, where that is a terminal
  bool entered_ = false;
};

}  // namespace oneway::cli::terminal
