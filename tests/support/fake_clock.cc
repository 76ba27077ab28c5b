// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_clock.h"

#include <cstdlib>
#include <iostream>

namespace oneway::time {

void FakeClock::Is(Duration since_base) {
  Is(At(since_base));
}

void FakeClock::Is(Time wall) {
  Advance(wall - Wall());
}

void FakeClock::Advance(Duration duration) {
  if (duration < Duration::zero()) {
    std::cerr << "FakeClock cannot go back by " << -duration.count()
              << " ns; use WallIs for a jump of the wall clock\n";
    std::abort();
  }
  wall_nanos_.fetch_add(duration.count());
  monotonic_nanos_.fetch_add(duration.count());
}

}  // namespace oneway::time
