// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace oneway::client {

// How many events may be sent again after RETRY_AFTER. To come again takes a token, and one that then succeeds gives
// two: while the far end takes at least half of what comes again, everything put off comes again as fast as it is
// taken, also where a full client has nothing else left to send; while it takes less, tokens run out until it does, and
// while it refuses, what is sent in vain is a trickle and a share of what succeeds. Nothing is dropped for want of
// tokens; it waits.
//
// Threading: external. Pure: the time is handed in.
class RetryBudget {
 public:
  using Now = std::chrono::steady_clock::time_point;

  // In units of full batches of `batch_events_max` events.
  static constexpr double kBatchesMax = 8;        // saved up
  static constexpr double kBatchesPerSecond = 1;  // the trickle
  static constexpr double kPerSuccess = 0.1;      // tokens for each event that succeeds at its first attempt
  static constexpr double kPerSuccessAgain = 2;   // and for each that took one

  explicit RetryBudget(uint32_t batch_events_max)
      : tokens_max_(kBatchesMax * batch_events_max),
        tokens_per_second_(kBatchesPerSecond * batch_events_max),
        tokens_(tokens_max_) {}

  // Takes a token for each of at most a batch of events; false, and none is taken, when there are not enough.
  bool TryTake(uint32_t events, Now now) {
    Refill(now);
    if (tokens_ < events) return false;
    tokens_ -= events;
    return true;
  }
  // When TryTake will succeed at the latest.
  Now AvailableAt(uint32_t events) const {
    if (tokens_ >= events) return refilled_at_;
    const std::chrono::duration<double> wait((events - tokens_) / tokens_per_second_);
    return refilled_at_ + std::chrono::ceil<std::chrono::milliseconds>(wait);
  }
  void Succeeded(uint32_t again, uint32_t at_first) { Add(kPerSuccessAgain * again + kPerSuccess * at_first); }

 private:
  void Refill(Now now) {
    if (now > refilled_at_) Add(std::chrono::duration<double>(now - refilled_at_).count() * tokens_per_second_);
    refilled_at_ = std::max(refilled_at_, now);
  }
  void Add(double tokens) { tokens_ = std::min(tokens_ + tokens, tokens_max_); }

  const double tokens_max_;
  const double tokens_per_second_;
  double tokens_;
  Now refilled_at_{};
};

}  // namespace oneway::client
