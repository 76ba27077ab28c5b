// SPDX-License-Identifier: Apache-2.0
#include "cli/top/live_view.h"

#include <signal.h>

#include <algorithm>
#include <ostream>

#include "cli/terminal/terminal_size.h"

namespace oneway::cli::top {

LiveView::LiveView(View& view, Console& console)
    : view_(view), console_(console), full_screen_(console), screen_(console) {}

void LiveView::Draw(const Known& known) {
  const terminal::ScreenSize size = terminal::SizeOfTerminal();
  console_.out << screen_.Draw(LinesOf(known, view_, UsableSize(size)), size) << std::flush;
}

void LiveView::Retake() {
  full_screen_.Enter();
  screen_.Forget();
}

Wish LiveView::Press(const std::string& bytes, const Known& known) {
  const Wish wish = Press(decoder_.Take(bytes), known);
  settles_at_.reset();
  if (decoder_.waits()) settles_at_ = std::chrono::steady_clock::now() + terminal::KeyDecoder::kSequenceWait;
  return wish;
}

Wish LiveView::SettleKeys(const Known& known) {
  settles_at_.reset();
  return Press(decoder_.Settle(), known);
}

bool LiveView::failed() const {
  return console_.out.fail();
}

Wish LiveView::Press(const std::vector<terminal::Key>& keys, const Known& known) {
  Wish asked = Wish::kNothing;
  for (const terminal::Key& key : keys) {
    const Extent extent = ExtentOf(known, view_, UsableSize(terminal::SizeOfTerminal()));
    const Wish wish = view_.Press(key, extent);
    if (wish == Wish::kQuit) return wish;
    if (wish == Wish::kLook) asked = wish;
    if (wish == Wish::kSuspend) Suspend();
    if (wish == Wish::kRedrawAll) Retake();
  }
  return asked;
}

// As the terminal itself would do it, had keys their signals: the whole job stops, until its shell lets it go on.
void LiveView::Suspend() {
  full_screen_.Leave();
  kill(0, SIGTSTP);
  Retake();
}

terminal::ScreenSize LiveView::UsableSize(terminal::ScreenSize size) {
  return {.columns = std::max<size_t>(size.columns, 2) - 1, .rows = std::max<size_t>(size.rows, 2) - 1};
}

}  // namespace oneway::cli::top
