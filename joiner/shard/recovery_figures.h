// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/time/time.h"

namespace oneway::shard {

// How reading the journal back at the start goes, or went.
struct RecoveryFigures {
  uint64_t rows = 0;
  uint64_t sequences_read = 0;  // of those from the journal's floor on, whether there is a row at them or not
  uint64_t sequences = 0;       // all of these
  Duration duration{};          // so far, or of all once done
  bool done = false;

  // How much of the journal was read through, 0 to 100.
  uint64_t percent() const { return done || sequences == 0 ? 100 : sequences_read * 100 / sequences; }
  uint64_t rows_per_second() const {
    const double seconds = std::chrono::duration<double>(duration).count();
    return seconds > 0 ? static_cast<uint64_t>(static_cast<double>(rows) / seconds) : 0;
  }
  // "12000000 rows, 61 % of the journal, 3100000 rows/s"
  std::string ToString() const {
    return absl::StrCat(rows, " rows, ", percent(), " % of the journal, ", rows_per_second(), " rows/s");
  }
};

}  // namespace oneway::shard
