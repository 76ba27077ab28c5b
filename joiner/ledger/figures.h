// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "common/histogram/histogram.h"
#include "joiner/ledger/count.h"

namespace oneway::ledger {

using Counters = std::array<uint64_t, kCounters>;  // by Counter

// Counts and latencies of a flow or series, since ever or over some minutes.
struct Figures {
  Counters counters{};
  histogram::Histogram latency;     // matched, neither negative nor empty; by end time
  histogram::Histogram cohort;      // the same samples by start time
  histogram::Histogram late;        // kLate
  histogram::Histogram negative;    // sizes of negative latencies
  histogram::Histogram completion;  // kEmpty, not negative; by end time
  histogram::Histogram first_end;   // matched, of ends, not negative; by the last end's time
  histogram::Histogram last_end;    // the same to the last end
  histogram::Histogram stage;       // kStage, not negative; by the stage's time

  friend bool operator==(const Figures&, const Figures&) = default;
};

}  // namespace oneway::ledger
