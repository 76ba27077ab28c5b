// SPDX-License-Identifier: Apache-2.0
#include "common/query/request_check.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/event/event.h"
#include "common/query/window.h"

namespace oneway::query {
namespace {

bool IsFlowCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

absl::Status CheckFlow(const std::string& flow) {
  const bool fits = !flow.empty() && flow.size() <= event::kFlowNameBytesMax &&
                    std::all_of(flow.begin(), flow.end(), IsFlowCharacter);
  if (fits) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("flow must be 1 to ", event::kFlowNameBytesMax, " of [a-z0-9._-]"));
}

// Flows beyond the configured ones are counted under __other__, a name of the same characters.
absl::Status CheckFlowOrAll(const std::string& flow) {
  return flow.empty() ? absl::OkStatus() : CheckFlow(flow);
}

// Beyond, nanoseconds would not fit into 63 bits with what is added to them.
constexpr uint64_t kUntilMax = uint64_t{7'258'118'400} * 1'000'000'000;  // 2200-01-01

absl::Status CheckUntil(uint64_t until_unix_nanos) {
  if (until_unix_nanos <= kUntilMax) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("until_unix_nanos must be nanoseconds since 1970 and before 2200, not ", until_unix_nanos));
}

absl::Status CheckBy(v1::WindowBy by) {
  if (v1::WindowBy_IsValid(by)) return absl::OkStatus();
  return absl::InvalidArgumentError("by must be BY_END or BY_START");
}

absl::Status CheckLimit(uint32_t limit, uint32_t limit_max, const char* name) {
  if (limit <= limit_max) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(name, " must be 1 to ", limit_max, ", or 0, not ", limit));
}

absl::Status CheckSeconds(double seconds, const char* name) {
  constexpr double kSecondsMax = 100.0 * 365 * 24 * 3600;
  if (seconds >= 0 && seconds <= kSecondsMax) return absl::OkStatus();  // false for what is no number
  return absl::InvalidArgumentError(absl::StrCat(name, " must be 0 or more, and at most 100 years"));
}

constexpr uint32_t SecondsOf(Duration duration) {
  return static_cast<uint32_t>(duration / std::chrono::seconds(1));
}

constexpr uint32_t kWindowSecondsMax = SecondsOf(kHoursKept);

absl::Status WindowTooLong(uint32_t seconds) {
  return absl::InvalidArgumentError(
      absl::StrCat("window_seconds must be 1 to ", kWindowSecondsMax, " (35 days), not ", seconds));
}

}  // namespace

absl::Status Check(const v1::StatsRequest& request) {
  if (absl::Status status = CheckFlowOrAll(request.flow()); !status.ok()) return status;
  if (absl::Status status = CheckBy(request.by()); !status.ok()) return status;
  if (request.until_unix_nanos() != 0 && request.window_seconds() == 0) {
    return absl::InvalidArgumentError(
        "until_unix_nanos ends a window: set window_seconds too. What was since ever is known as of now alone");
  }
  // 0: since ever.
  if (request.window_seconds() > kWindowSecondsMax) return WindowTooLong(request.window_seconds());
  return CheckUntil(request.until_unix_nanos());
}

absl::Status Check(const v1::TimelineRequest& request) {
  if (absl::Status status = CheckFlow(request.flow()); !status.ok()) return status;
  if (absl::Status status = CheckBy(request.by()); !status.ok()) return status;
  const uint32_t step_max = SecondsOf(std::chrono::hours(24));
  if (request.step_seconds() > step_max) {
    return absl::InvalidArgumentError(
        absl::StrCat("step_seconds must be at most ", step_max, " (a day), or 0, not ", request.step_seconds()));
  }
  // A resolved one is rounded up to whole steps.
  if (request.window_seconds() == 0 || request.window_seconds() > kWindowSecondsMax + request.step_seconds()) {
    return WindowTooLong(request.window_seconds());
  }
  const uint64_t step_minutes = (uint64_t{request.step_seconds()} + 59) / 60;
  if (step_minutes != 0 && request.window_seconds() > step_minutes * 60 * kTimelinePointsMax) {
    return absl::InvalidArgumentError(absl::StrCat("a timeline has at most ", kTimelinePointsMax,
                                                   " points: make step_seconds larger, or 0 for as few as fit"));
  }
  return CheckUntil(request.until_unix_nanos());
}

absl::Status Check(const v1::OverdueRequest& request) {
  if (absl::Status status = CheckFlowOrAll(request.flow()); !status.ok()) return status;
  if (absl::Status status = CheckSeconds(request.min_age_seconds(), "min_age_seconds"); !status.ok()) return status;
  return CheckLimit(request.limit(), kKeysMax, "limit");
}

absl::Status Check(const v1::SlowestRequest& request) {
  if (absl::Status status = CheckFlowOrAll(request.flow()); !status.ok()) return status;
  return CheckLimit(request.limit(), kKeysMax, "limit");
}

absl::Status Check(const v1::TailRequest& request) {
  if (absl::Status status = CheckFlowOrAll(request.flow()); !status.ok()) return status;
  for (const int decision : request.decisions()) {
    if (decision == v1::DECISION_UNSPECIFIED || !v1::Decision_IsValid(decision)) {
      return absl::InvalidArgumentError(absl::StrCat("decisions: ", decision, " is none; leave it empty for all"));
    }
  }
  if (request.key_prefix().size() > event::kKeyBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("key_prefix must be at most ", event::kKeyBytesMax, " bytes, not ", request.key_prefix().size()));
  }
  if (absl::Status status = CheckSeconds(request.min_latency_seconds(), "min_latency_seconds"); !status.ok()) {
    return status;
  }
  return CheckLimit(request.per_second_max(), kTailPerSecondMax, "per_second_max");
}

uint32_t LimitOf(const v1::OverdueRequest& request) {
  return request.limit() == 0 ? 100 : request.limit();
}

uint32_t LimitOf(const v1::SlowestRequest& request) {
  return request.limit() == 0 ? 20 : request.limit();
}

uint32_t WindowSecondsOf(const v1::SlowestRequest& request) {
  return request.window_seconds() == 0 ? 3600 : request.window_seconds();
}

uint32_t PerSecondOf(const v1::TailRequest& request) {
  return request.per_second_max() == 0 ? 100 : request.per_second_max();
}

absl::Status Check(const v1::KeyRequest& request) {
  if (absl::Status status = CheckFlow(request.flow()); !status.ok()) return status;
  if (request.key().empty() || request.key().size() > event::kKeyBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("key must be 1 to ", event::kKeyBytesMax, " bytes, not ", request.key().size()));
  }
  return absl::OkStatus();
}

}  // namespace oneway::query
