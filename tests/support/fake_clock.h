// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "common/time/clock.h"

namespace oneway::time {

// A clock that stands still until a test moves it. Wall and monotonic time move together, except where a test makes
// the wall clock jump.
//
// Threading: thread-safe.
class FakeClock final : public Clock {
 public:
  // What `Is(0s)` means: 2026-01-01T00:00:00Z, for tests that write times as distances from it.
  static constexpr Time kBase{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

  // Stands at kBase.
  FakeClock() = default;
  explicit FakeClock(Time wall) : wall_nanos_(wall.time_since_epoch().count()) {}

  Time Wall() const override { return Time(Duration(wall_nanos_.load())); }
  MonotonicTime Monotonic() const override { return MonotonicTime(Duration(monotonic_nanos_.load())); }

  // It is `since_base` after kBase: time passes until then, on both clocks. Going back stops the test.
  void Is(Duration since_base);
  void Is(Time wall);
  // `duration` >= 0 passes.
  void Advance(Duration duration);

  // Only the wall clock moves, either way: somebody set it.
  void WallIs(Time wall) { wall_nanos_.store(wall.time_since_epoch().count()); }
  void WallJumps(Duration duration) { wall_nanos_.fetch_add(duration.count()); }
  // Only the monotonic clock moves.
  void MonotonicIs(MonotonicTime monotonic) { monotonic_nanos_.store(monotonic.time_since_epoch().count()); }

  // The wall time `since_base` after kBase.
  static constexpr Time At(Duration since_base) { return kBase + since_base; }

 private:
  std::atomic<int64_t> wall_nanos_{kBase.time_since_epoch().count()};
  std::atomic<int64_t> monotonic_nanos_{0};
};

}  // namespace oneway::time
