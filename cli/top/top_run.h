// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "cli/console.h"
#include "cli/terminal/events.h"
#include "cli/top/live_view.h"
#include "cli/top/observer.h"
#include "cli/top/picture.h"
#include "cli/top/report.h"
#include "cli/top/view.h"

namespace oneway::cli::top {

// Looks at a cluster again and again, and shows it: on a terminal as a whole and live, elsewhere one snapshot after the
// other.
//
// Made before the process has other threads, see terminal::Events. Threading: owned by the thread that makes it.
// `console` outlives it.
class TopRun {
 public:
  struct Options {
    std::string server;
    View::Options view;
    std::chrono::nanoseconds every{std::chrono::seconds(1)};  // from an answer to the next look
    std::chrono::nanoseconds duration{0};                     // 0 = until it is asked to end
    bool once = false;                                        // one look, told and not shown live
    bool json = false;
  };
  TopRun(Options options, Console& console);

  // Returns when the time is over, when a key or a signal asks to end, or when nobody reads any more. kPartial when the
  // latest look had no answer; and, of a single look, when a joiner is missing.
  Exit Run();

 private:
  using Clock = std::chrono::steady_clock;

  void BeginLook();
  // Takes what came of the look under way, if it is over, and shows it.
  void TakeLook();
  void Handle(const terminal::Happening& happening);
  void Follow(Wish wish);
  void Show();
  Clock::time_point NextMoment() const;
  bool Failed() const;
  Exit Outcome() const;

  const Options options_;
  View view_;
  Known known_;
  terminal::Events events_;
  Observer observer_;
  Report report_;
  std::optional<LiveView> live_;
  const Clock::time_point ends_at_;
  Clock::time_point looks_at_;   // next
  Clock::time_point looked_at_;  // the look that is under way
  bool is_over_ = false;
};

}  // namespace oneway::cli::top
