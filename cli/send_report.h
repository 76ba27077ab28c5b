// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "cli/console.h"
#include "client/client.h"

namespace oneway::cli {

// What `oneway send` says while and after it sends.
// Threading: external. The console must outlive it.
class SendReport {
 public:
  explicit SendReport(Console& console) : console_(console) {}

  // A line that cannot be sent. The first ten are told, all are counted.
  void BadLine(uint64_t line, const std::string& reason);

  // Now and then, on a terminal only: how far it is. Cheap when it is too early for another look.
  void Progress(const client::Client& client);

  // The last line, with exact counts, and what follows from it.
  Exit Finish(const client::Counters& counters);

 private:
  void ClearProgress();

  Console& console_;
  uint64_t bad_lines_ = 0;
  bool shows_progress_ = false;
  std::chrono::steady_clock::time_point next_progress_{};
};

// The counts as one line: `sent 3, acked 2, duplicate 0, invalid 1 (TIME_AHEAD 1), too late 0, bad lines 0`.
std::string Summary(const client::Counters& counters, uint64_t bad_lines);

}  // namespace oneway::cli
