// SPDX-License-Identifier: Apache-2.0
#include "cli/send_report.h"

#include <ostream>

namespace oneway::cli {
namespace {

constexpr uint64_t kBadLinesTold = 10;
constexpr std::chrono::milliseconds kProgressInterval{250};
constexpr char kEraseLine[] = "\r\x1b[K";

std::string ReasonsOf(const client::Counters& counters) {
  std::string reasons;
  for (size_t reason = 0; reason < client::Counters::kReasons; ++reason) {
    const uint64_t count = counters.invalid_by_reason[reason];
    if (count == 0) continue;
    reasons +=
        (reasons.empty() ? "" : ", ") + std::string(client::InvalidReasonName(reason)) + " " + std::to_string(count);
  }
  return reasons.empty() ? "" : " (" + reasons + ")";
}

}  // namespace

void SendReport::BadLine(uint64_t line, const std::string& reason) {
  ++bad_lines_;
  if (bad_lines_ > kBadLinesTold + 1) return;
  ClearProgress();
  if (bad_lines_ <= kBadLinesTold) {
    console_.err << "oneway: line " << line << ": " << reason << "\n";
  } else {
    console_.err << "oneway: further bad lines are only counted\n";
  }
}

void SendReport::Progress(const client::Client& client) {
  if (!console_.err_is_terminal) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_progress_) return;
  next_progress_ = now + kProgressInterval;
  const client::Counters counters = client.counters();
  console_.err << kEraseLine << "sent " << counters.accepted << ", acked " << counters.acked << ", unanswered "
               << counters.in_flight << std::flush;
  shows_progress_ = true;
}

void SendReport::ClearProgress() {
  if (!shows_progress_) return;
  console_.err << kEraseLine;
  shows_progress_ = false;
}

Exit SendReport::Finish(const client::Counters& counters) {
  ClearProgress();
  console_.err << std::flush;
  console_.out << Summary(counters, bad_lines_) << "\n" << std::flush;
  if (counters.dropped_at_shutdown > 0) return Exit::kPartial;
  const bool all_taken = bad_lines_ == 0 && counters.invalid == 0 && counters.too_late == 0;
  return all_taken ? Exit::kOk : Exit::kFinding;
}

std::string Summary(const client::Counters& counters, uint64_t bad_lines) {
  std::string summary = "sent " + std::to_string(counters.accepted) + ", acked " + std::to_string(counters.acked) +
                        ", duplicate " + std::to_string(counters.duplicate) + ", invalid " +
                        std::to_string(counters.invalid) + ReasonsOf(counters) + ", too late " +
                        std::to_string(counters.too_late) + ", bad lines " + std::to_string(bad_lines);
  if (counters.dropped_at_shutdown > 0) {
    summary += ", not answered " + std::to_string(counters.dropped_at_shutdown);
  }
  return summary;
}

}  // namespace oneway::cli
