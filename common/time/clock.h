// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/time/time.h"

namespace oneway::time {

// Where the time comes from. A seam: SystemClock in processes, FakeClock (tests/support) in tests.
// Threading: thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // The wall clock; may jump either way.
  virtual Time Wall() const = 0;
  // Never jumps, never goes back; unrelated to Wall().
  virtual MonotonicTime Monotonic() const = 0;
};

// The operating system's clocks.
class SystemClock final : public Clock {
 public:
  Time Wall() const override;
  MonotonicTime Monotonic() const override;
};

}  // namespace oneway::time
