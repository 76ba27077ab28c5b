// SPDX-License-Identifier: Apache-2.0
#include "common/time/clock.h"

namespace oneway::time {

Time SystemClock::Wall() const {
  return std::chrono::system_clock::now();
}

MonotonicTime SystemClock::Monotonic() const {
  return std::chrono::steady_clock::now();
}

}  // namespace oneway::time
