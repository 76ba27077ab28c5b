// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "cli/console.h"
#include "cli/terminal/full_screen.h"
#include "cli/terminal/key_decoder.h"
#include "cli/terminal/screen.h"
#include "cli/top/picture.h"
#include "cli/top/view.h"

namespace oneway::cli::top {

// Shows what is known on the whole terminal, and lets keys change the view.
// Threading: external. `console` and `view` outlive it.
class LiveView {
 public:
  // Takes the terminal, and gives it back when destroyed.
  LiveView(View& view, Console& console);

  void Draw(const Known& known);
  // The terminal may be another one: takes it anew, whole.
  void Retake();

  // Takes the keys that `bytes` stand for, and tells which of kNothing, kLook and kQuit they ask for; all else is done
  // when this returns. After a key that suspends, it returns once the process goes on.
  Wish Press(const std::string& bytes, const Known& known);
  // When SettleKeys is due, if it is.
  std::optional<std::chrono::steady_clock::time_point> settles_at() const { return settles_at_; }
  // No more bytes came: an Escape was a key of its own.
  Wish SettleKeys(const Known& known);

  // Nobody sees it any more: the terminal is gone.
  bool failed() const;

 private:
  Wish Press(const std::vector<terminal::Key>& keys, const Known& known);
  void Suspend();
  // Of the lines that Screen draws: it leaves the last column and the last row free.
  static terminal::ScreenSize UsableSize(terminal::ScreenSize size);

  View& view_;
  Console& console_;
  terminal::KeyDecoder decoder_;
  std::optional<std::chrono::steady_clock::time_point> settles_at_;
  terminal::FullScreen full_screen_;
  terminal::Screen screen_;
};

}  // namespace oneway::cli::top
