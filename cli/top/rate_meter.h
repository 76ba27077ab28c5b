// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "common/time/time.h"

namespace oneway::cli::top {

// Makes rates of counts that are read again and again: those between two readings.
// Threading: external. It reads no clock.
class RateMeter {
 public:
  struct Counts {
    uint64_t started = 0;
    uint64_t matched = 0;
  };
  struct Rates {
    double started_per_second = 0;
    double matched_per_second = 0;

    friend bool operator==(const Rates&, const Rates&) = default;
  };
  using CountsByFlow = std::map<std::string, Counts>;

  // The counts since ever, read at `at`. From here on RatesOf tells of the time between this reading and the one
  // before; of a flow that was not in that one, its counts began at 0.
  void Read(CountsByFlow counts, MonotonicTime at);
  // A reading that lacks a part: counts would seem to jump, so there are no rates across it.
  void Skip();
  // Whether there was neither of these yet.
  bool is_new() const { return is_new_; }

  // None: there are not two readings in a row.
  std::optional<Rates> RatesOf(const std::string& flow) const;

 private:
  CountsByFlow before_;
  CountsByFlow now_;
  MonotonicTime at_;
  Duration between_{0};       // 0: no rates
  bool has_reading_ = false;  // the one before this
  bool is_new_ = true;
};

}  // namespace oneway::cli::top
