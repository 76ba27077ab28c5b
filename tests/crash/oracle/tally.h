// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "common/histogram/histogram.h"
#include "tests/crash/oracle/sent_flow.h"

namespace oneway::test::crash {

// What has to have been counted of one flow, as its keys stand. A value.
struct Tally {
  uint64_t started = 0;
  uint64_t matched = 0;
  uint64_t expired = 0;
  uint64_t late = 0;
  uint64_t negative = 0;
  uint64_t empty = 0;
  uint64_t open = 0;
  uint64_t startless = 0;  // orphans, and what still waits for its start
  histogram::Histogram latency;
  histogram::Histogram late_latency;
  histogram::Histogram negative_latency;
  histogram::Histogram completion;

  // Bounds of `started` that need no query: distinct first starts.
  uint64_t starts_acked = 0;
  uint64_t starts_sent = 0;

  // A key that stands so.
  void Count(const Fate& fate);
  void CountStart(const SentFlow& flow);
};

using Tallies = std::map<std::string, Tally>;  // by flow

}  // namespace oneway::test::crash
